import { eolOf } from '../text-edits.ts';
import type { Cursor } from './cursor.ts';
import { cursorAt } from './cursor.ts';
import type { Surrounded } from './edited-file.ts';
import { effectivePlatformSetting, effectiveSetting } from './effective-value.ts';
import type { Proposal } from './proposal.ts';
import type { SchemaNode } from './schema-node.ts';
import { listedValues, schemaAt, schemaOf } from './schema-node.ts';
import { snippetsAt } from './snippets.ts';
import type { FittingName } from './value-proposals.ts';
import { columnsForTable, keysInUse, namesAt } from './value-proposals.ts';
import { matches, yamlScalar } from './yaml-tree.ts';

/** What can stand at an offset: keys, values, and whole parts. */
export async function proposalsAt(edited: Surrounded, offset: number): Promise<Proposal[]> {
  const cursor = cursorAt(edited.text, offset);
  if (!cursor) return [];
  const schema = schemaAt(schemaOf(edited.file), cursor.value, cursor.path);
  if (!schema) return [];
  const snippets = cursor.flow || cursor.hasColon ? [] : snippetsAt(cursor, edited);
  const asKey = cursor.kind === 'key' && (isMap(schema) || schema.type === 'array');
  const found = asKey
    ? [...keys(cursor, schema, edited), ...(await keyNames(cursor, edited))]
    : await values(cursor, schema, edited);
  const eol = eolOf(edited.text);
  return [...snippets, ...found].map((proposal) =>
    eol === '\n' ? proposal : { ...proposal, insert: proposal.insert.replaceAll('\n', eol) },
  );
}

function isMap(schema: SchemaNode): boolean {
  return schema.properties !== undefined || typeof schema.additionalProperties === 'object';
}

function keys(cursor: Cursor, schema: SchemaNode, edited: Surrounded): Proposal[] {
  const { from, to, path, value } = cursor;
  const used = keysInUse(value, path);
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .filter(([key]) => !used.includes(key))
    .map(([key, property], index): Proposal => {
      const own = schemaAt(schemaOf(edited.file), value, [...path, key]) ?? property;
      const fallback = fallbackText(edited, value, [...path, key]);
      const detail = required.has(key) ? 'required' : fallback === undefined ? undefined : `default: ${fallback}`;
      const insert = cursor.hasColon ? key : key + opening(own, cursor);
      return {
        label: key,
        kind: 'key',
        insert,
        snippet: insert.includes('$'),
        from,
        to,
        rank: (required.has(key) ? 0 : 100) + index,
        structural: true,
        again: !cursor.hasColon,
        ...(detail === undefined ? {} : { detail }),
        ...(own.description === undefined ? {} : { documentation: own.description }),
      };
    });
}

/** Names that keys can have where the schema leaves them open: columns of the sample, with their types. */
async function keyNames({ path, value, from, to, hasColon, flow }: Cursor, edited: Surrounded): Promise<Proposal[]> {
  if (!matches(path, 'tables.*.columns')) return [];
  const used = keysInUse(value, path);
  const columns = await columnsForTable({ ...edited, value }, String(path[1]));
  return columns
    .filter(({ name }) => !used.includes(name))
    .map(({ name, type }, rank) => ({
      label: name,
      kind: 'column',
      insert: hasColon ? name : `${name}: ${yamlScalar(type, flow)}`,
      snippet: false,
      detail: type,
      from,
      to,
      rank,
      structural: false,
    }));
}

async function values(cursor: Cursor, schema: SchemaNode, edited: Surrounded): Promise<Proposal[]> {
  const { from, to, path, value, flow } = cursor;
  // A list that is to begin takes its first item here.
  const item = schema.type === 'array' && cursor.kind === 'value' ? undefined : schema;
  if (!item) return [];
  const fallback = fallbackText(edited, value, path);
  const listed = listedValues(schema).map(String);
  const names = (await namesAt(path, { ...edited, value })).map((name) => ({ ...name, structural: false }));
  const ofSchema = listed.map((text): Candidate => ({ text, kind: kindOf(path), structural: true }));
  const usual: Candidate[] =
    fallback === undefined || schema.type === 'object' ? [] : [{ text: fallback, kind: 'value', structural: false }];
  const all: Candidate[] = [...names, ...ofSchema, ...usual];
  const seen = new Set<string>();
  return all.flatMap(({ text, label = text, kind, structural, detail }, rank): Proposal[] => {
    if (seen.has(text)) return [];
    seen.add(text);
    // What JSON says is YAML; a text has to be told from a number.
    const insert = schema.type === 'string' && !listed.includes(text) ? yamlScalar(unquoted(text), flow) : text;
    const told = detail ?? (text === fallback ? 'default' : undefined);
    const proposal = {
      label,
      kind,
      insert: kind === 'type' ? yamlScalar(text, flow) : insert,
      snippet: false,
      from,
      to,
    };
    return [{ ...proposal, rank, structural, ...(told === undefined ? {} : { detail: told }) }];
  });
}

type Candidate = FittingName & { structural: boolean };

function unquoted(text: string): string {
  return text.startsWith('"') && text.length > 1 ? String(JSON.parse(text)) : text;
}

function kindOf(path: Cursor['path']): Proposal['kind'] {
  return matches(path, 'tables.*.columns.*') ? 'type' : 'value';
}

/** What stands behind a new key: the colon, and the beginning of what its value is. */
function opening({ type, items, oneOf }: SchemaNode, { flow, column }: Cursor): string {
  const below = `:\n${' '.repeat(column + 2)}`;
  if (type === 'object' || oneOf) return flow || oneOf ? ': { $1 }' : below;
  if (type !== 'array') return ': ';
  return items?.type === 'object' && !flow ? `${below}- ` : ': [$1]';
}

/** The value that holds without the setting, as YAML. */
function fallbackText(edited: Surrounded, value: unknown, path: Cursor['path']): string | undefined {
  const written = { profile: value, platform: edited.platformSource.value };
  const found =
    edited.tenant === undefined ? effectivePlatformSetting(path, value, true) : effectiveSetting(path, written, true);
  if (!found || found.value === null) return undefined;
  return typeof found.value === 'string' && found.value !== '' ? found.value : JSON.stringify(found.value);
}
