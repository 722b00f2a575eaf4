import { isScalar } from 'yaml';
import { isName } from '../../foundation/names.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { pathKind } from '../tenant-paths.ts';
import { valueAt } from '../yaml-source.ts';
import { newApp } from './app-template.ts';
import type { Surrounded } from './edited-file.ts';
import { initialValue, listed, newTable } from './initial-values.ts';
import type { SampleColumn } from './samples.ts';
import { sampleColumns, sampleFor } from './samples.ts';
import type { TextChange } from './text-change.ts';
import { keyAdded, keyRenamed, valueReplaced } from './text-change.ts';
import { columnsForTable } from './value-proposals.ts';
import type { FilePath } from './yaml-tree.ts';
import { matches, stretchOf, yamlScalar, YamlTree } from './yaml-tree.ts';

/** A way to mend a problem. */
export interface Fix {
  /** What is done; `name` and `value` say to what. */
  kind: 'replace' | 'add-key' | 'declare-column' | 'add-table' | 'create-file';
  name: string;
  value: string;
  /** The best of all, which an editor may take without asking. */
  preferred: boolean;
  changes: TextChange[];
  /** A file to be made, relative to the platform folder, with '/'. */
  create?: { file: string; text: string };
}

/** The ways to mend a problem of an edited file; `diagnostic` has to be of this very text. */
export async function fixesFor(edited: Surrounded, diagnostic: Diagnostic): Promise<Fix[]> {
  const { path, code } = diagnostic;
  if (!path) return [];
  const context: Context = { edited, value: new YamlTree(edited.text).value, path };
  const fixes: (Fix | undefined)[] = [didYouMean(context, diagnostic)];
  if (code === 'MISSING_KEY' || code === 'NO_PARTITION_KEY') fixes.push(await missingKey(context, path));
  else if (code === 'APP_FORM' && valueAt(context.value, [...path, 'entry']) === undefined)
    fixes.push(await missingKey(context, [...path, 'entry']));
  else if (code === 'FORMAT_NEEDS_COLUMNS') fixes.push(await missingKey(context, [...path.slice(0, -1), 'columns']));
  else if (code === 'UNKNOWN_COLUMN') fixes.push(await declareColumn(context));
  else if (code === 'UNKNOWN_TABLE') fixes.push(await addTable(context));
  else if (code === 'ENTRY_NOT_FOUND') fixes.push(await createEntry(context));
  const found = fixes.filter((fix) => fix !== undefined);
  return found.map((fix, index) => ({ ...fix, preferred: fix.preferred && index === 0 }));
}

interface Context {
  edited: Surrounded;
  value: unknown;
  path: FilePath;
}

function didYouMean({ edited: { text }, value, path }: Context, diagnostic: Diagnostic): Fix | undefined {
  const { suggestion, code } = diagnostic;
  if (suggestion === undefined) return undefined;
  const fix = { kind: 'replace', name: String(path.at(-1)), value: suggestion, preferred: true } as const;
  const tree = new YamlTree(text);
  const written = valueAt(value, path);
  // A key is what is wrong where its own name is: it is unknown, or no name.
  const key = stretchOf(text, tree.pairAt(path)?.key);
  const ofKey = code === 'UNKNOWN_KEY' || (code === 'INVALID_NAME' && key !== undefined && typeof written !== 'string');
  const node = tree.nodeAt(path);
  const change = ofKey
    ? keyRenamed(text, path, suggestion)
    : valueReplaced(text, path, spelt(node, suggestion, isInFlow(tree, path)));
  return change && { ...fix, changes: [change] };
}

/** The suggestion as it would be written in place of a node: a number, a list, or a text with the same quotes. */
function spelt(node: unknown, suggestion: string, flow: boolean): { value: unknown; flow: string } {
  if (suggestion.startsWith('[')) return { value: suggestion.slice(1, -1).split(', '), flow: suggestion };
  if (!isScalar(node) || typeof node.value !== 'string')
    return { value: Number.isNaN(Number(suggestion)) ? suggestion : Number(suggestion), flow: suggestion };
  const quoted: Partial<Record<string, string>> = {
    QUOTE_SINGLE: `'${suggestion.replaceAll("'", "''")}'`,
    QUOTE_DOUBLE: JSON.stringify(suggestion),
  };
  return { value: suggestion, flow: quoted[node.type ?? ''] ?? yamlScalar(suggestion, flow) };
}

function isInFlow(tree: YamlTree, path: FilePath): boolean {
  return path.some((_, length) => {
    const node = tree.nodeAt(path.slice(0, length));
    return typeof node === 'object' && node !== null && 'flow' in node && node.flow === true;
  });
}

async function missingKey({ edited, value }: Context, path: FilePath): Promise<Fix | undefined> {
  const key = path.at(-1);
  if (typeof key !== 'string') return undefined;
  const added = await initialValue({ ...edited, value }, path);
  if (!added) return undefined;
  // An empty list is there, but not what it has to have.
  const change = keyAdded(edited.text, path.slice(0, -1), key, added) ?? valueReplaced(edited.text, path, added);
  return change && { kind: 'add-key', name: key, value: added.flow, preferred: true, changes: [change] };
}

/** Declares the column that a key names, with the type that it has in a sample. */
async function declareColumn({ edited, value, path }: Context): Promise<Fix | undefined> {
  const column = valueAt(value, path);
  const table = path[1];
  if (typeof column !== 'string' || typeof table !== 'string' || !isName(column)) return undefined;
  const sample = await columnsForTable({ ...edited, value }, table);
  const type = sample.find(({ name }) => name === column)?.type ?? 'text';
  const change = keyAdded(edited.text, ['tables', table, 'columns'], column, {
    value: type,
    flow: yamlScalar(type, true),
  });
  return change && { kind: 'declare-column', name: column, value: type, preferred: false, changes: [change] };
}

/** Declares the table that an app names, with the columns of a sample of the app's files. */
async function addTable(context: Context): Promise<Fix | undefined> {
  const { edited, value, path } = context;
  const name = valueAt(value, path);
  if (typeof name !== 'string' || !isName(name)) return undefined;
  const change = keyAdded(edited.text, ['tables'], name, newTable(await appColumns(context)));
  return change && { kind: 'add-table', name, value: '', preferred: false, changes: [change] };
}

/** The file that `entry` names, as a module that fills the app's table. */
async function createEntry(context: Context): Promise<Fix | undefined> {
  const { edited, value, path } = context;
  const entry = valueAt(value, path);
  if (edited.tenant === undefined || typeof entry !== 'string' || !/\.m?[jt]s$/.test(entry)) return undefined;
  if ((await pathKind(edited.folder.tenant(edited.tenant), entry)) !== 'missing') return undefined;
  const app = valueAt(value, path.slice(0, -1));
  const table = String(valueAt(app, ['table']));
  const declared = valueAt(value, ['tables', table, 'columns']);
  const columns = typeof declared === 'object' && declared !== null ? Object.keys(declared) : [];
  const named = listed(valueAt(app, ['format', 'columns']));
  const titles = named.length > 0 ? named : (await appColumns(context)).map(({ title }) => title);
  const file = `tenants/${edited.tenant}/${entry.replaceAll('\\', '/').replace(/^(\.\/)+/, '')}`;
  return {
    kind: 'create-file',
    name: entry,
    value: '',
    preferred: true,
    changes: [],
    create: { file, text: newApp({ table, columns, titles }) },
  };
}

/** The columns of a sample of the files of the app that `path` is in. */
async function appColumns({ edited, value, path }: Context): Promise<SampleColumn[]> {
  const files = matches(path, 'apps.#.*') ? valueAt(value, [...path.slice(0, 2), 'files']) : undefined;
  if (edited.tenant === undefined || typeof files !== 'string') return [];
  const sample = await sampleFor(edited.folder, edited.tenant, files);
  return sample ? sampleColumns(sample) : [];
}
