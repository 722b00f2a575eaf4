import { basename } from 'node:path';
import { nearestName } from '../schema-diagnostics.ts';
import type { YamlPath } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';
import type { SampleColumn } from './samples.ts';
import { sampleColumns, sampleFor } from './samples.ts';
import { listedValues, schemaAt, schemaOf } from './schema-node.ts';
import type { NewValue } from './text-change.ts';
import type { EditedValue } from './value-proposals.ts';
import { columnsForTable, keysInUse } from './value-proposals.ts';
import { matches, yamlScalar } from './yaml-tree.ts';

/** What a required key begins with: what is probably wanted, else the smallest that is allowed; undefined when nothing is known. */
export async function initialValue(edited: EditedValue, path: YamlPath): Promise<NewValue | undefined> {
  const { value, tenant = '', folder } = edited;
  const app = valueAt(value, path.slice(0, 2));
  const is = (pattern: string) => matches(path, pattern);
  if (is('tenant')) return text(tenant);
  if (is('platform')) return text(nearestName(basename(folder.root)) ?? 'platform');
  if (is('tables')) return { value: {}, flow: '{}' };
  if (is('apps')) return { value: [], flow: '[]' };
  if (is('plans.*.weight')) return { value: 1, flow: '1' };
  if (is('apps.#.format')) return { value: { type: 'csv' }, flow: '{ type: csv }' };
  if (is('apps.#.name')) return text(freeName(value));
  if (is('apps.#.entry')) {
    const name = valueAt(app, ['name']);
    return text(`apps/${typeof name === 'string' ? name : 'load'}/app.ts`);
  }
  if (is('apps.#.files')) return text(`*.${extensionOf(edited)}`);
  if (is('apps.#.table')) {
    const tables = keysInUse(value, ['tables']);
    const name = String(valueAt(app, ['name']));
    return text(tables.includes(name) ? name : (tables[0] ?? name));
  }
  if (is('apps.#.format.columns')) {
    const files = valueAt(app, ['files']);
    const sample = typeof files === 'string' ? await sampleFor(folder, tenant, files) : undefined;
    const count = sample
      ? (await sampleColumns(sample)).length
      : keysInUse(value, ['tables', tableOf(app), 'columns']).length;
    const declared = keysInUse(value, ['tables', tableOf(app), 'columns']);
    // A file without a header does not name its columns; those of the table are the best guess.
    return count === 0 ? undefined : list(Array.from({ length: count }, (_, n) => declared[n] ?? `column_${n + 1}`));
  }
  if (is('tables.*.columns')) {
    const columns = await columnsForTable(edited, String(path[1]));
    return columnsValue(columns);
  }
  if (is('tables.*.partitionKey')) {
    const [first] = keysInUse(value, ['tables', String(path[1]), 'columns']);
    return first === undefined ? undefined : list([first]);
  }
  const schema = schemaAt(schemaOf(edited.file), value, path);
  const [only] = schema ? listedValues(schema) : [];
  return only === undefined ? undefined : { value: only, flow: typeof only === 'string' ? only : JSON.stringify(only) };
}

/** A table for the columns of a sample; the first one is the key until somebody says better. */
export function newTable(columns: readonly SampleColumn[]): NewValue {
  const { value, block = [] } = columnsValue(columns);
  const [key = ''] = Object.keys(value);
  return {
    value: { columns: value, partitionKey: [key] },
    flow: `{ columns: ${flowMap(value)}, partitionKey: [${key}] }`,
    block: ['', '  columns:', ...block.slice(1).map((line) => `  ${line}`), `  partitionKey: [${key}]`],
  };
}

function columnsValue(columns: readonly SampleColumn[]): NewValue & { value: Record<string, string> } {
  const known = columns.length > 0 ? columns : [{ name: 'id', type: 'text' }];
  const value = Object.fromEntries(known.map(({ name, type }) => [name, type]));
  return {
    value,
    flow: flowMap(value),
    block: ['', ...Object.entries(value).map(([name, type]) => `  ${name}: ${yamlScalar(type, false)}`)],
  };
}

function flowMap(value: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(value)
    .map(([name, type]) => `${name}: ${yamlScalar(type, true)}`)
    .join(', ')} }`;
}

/** The texts of a list; none when it is no list. */
export function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function text(value: string): NewValue {
  return { value, flow: yamlScalar(value, true) };
}

function list(value: readonly string[]): NewValue {
  return { value: [...value], flow: `[${value.map((one) => yamlScalar(one, true)).join(', ')}]` };
}

function tableOf(app: unknown): string {
  return String(valueAt(app, ['table']));
}

function extensionOf({ value, platform }: EditedValue): string {
  const [own] = listed(valueAt(value, ['batch', 'files', 'extensions']));
  return own ?? platform.known.limits.extensions?.[0] ?? 'csv';
}

function freeName(value: unknown): string {
  const apps = valueAt(value, ['apps']);
  const used = (Array.isArray(apps) ? apps : []).map((app) => valueAt(app, ['name']));
  let name = 'load';
  for (let n = 2; used.includes(name); n++) name = `load_${n}`;
  return name;
}
