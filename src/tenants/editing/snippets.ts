import type { Cursor } from './cursor.ts';
import type { Surrounded } from './edited-file.ts';
import { choice, type Proposal } from './proposal.ts';
import { keysInUse } from './value-proposals.ts';
import { matches, yamlScalar } from './yaml-tree.ts';

/** Whole parts of a file that can be begun at a cursor: an app, a table, a plan, a tenant. */
export function snippetsAt(cursor: Cursor, edited: Surrounded): Proposal[] {
  const { path, value } = cursor;
  if (edited.tenant === undefined) {
    if (matches(path, 'plans')) return [part(cursor, 'plan', 'A plan that tenants can subscribe to', planLines)];
    return isItem(cursor, 'tenants') ? [item(cursor, 'tenant', 'Register a tenant', ['name: ${1:tenant}'])] : [];
  }
  if (matches(path, 'tables')) return [part(cursor, 'table', 'A table with its columns and key', tableLines)];
  if (!isItem(cursor, 'apps')) return [];
  const tables = keysInUse(value, ['tables']);
  const [extension = 'csv'] = edited.platform.known.limits.extensions ?? [];
  const files = yamlScalar(`*.${extension}`, false);
  const common = [`files: ${files}`, 'format: { type: csv }', `table: ${choice(2, tables, 'records')}`];
  return [
    item(cursor, 'app', 'A batch app in TypeScript or JavaScript', [
      'name: ${1:load}',
      'kind: batch',
      'entry: apps/${1:load}/app.ts',
      ...common,
    ]),
    item(cursor, 'app (command)', 'A batch app in any language, NDJSON in and out', [
      'name: ${1:load}',
      'kind: batch',
      'command: [${3:python3, app.py}]',
      ...common,
    ]),
  ];
}

const tableLines = ['${1:records}:', '  columns:', '    ${2:id}: ${3:text}', '    $4', '  partitionKey: [${2:id}]'];
const planLines = ['${1:basic}:', '  weight: ${2:1}'];

/** Whether an item of the list can begin here: behind its dash, or below its key. */
function isItem({ path, afterDash, kind, value }: Cursor, list: string): boolean {
  if (kind !== 'key') return false;
  if (matches(path, list)) return !afterDash;
  return afterDash && matches(path, `${list}.#`) && keysInUse(value, path).length === 0;
}

function item(cursor: Cursor, label: string, documentation: string, lines: readonly string[]): Proposal {
  return part(
    cursor,
    label,
    documentation,
    cursor.afterDash ? lines : lines.map((line, n) => (n === 0 ? '- ' : '  ') + line),
  );
}

function part({ column, from, to }: Cursor, label: string, documentation: string, lines: readonly string[]): Proposal {
  const insert = lines.join(`\n${' '.repeat(column)}`);
  return { label, kind: 'snippet', insert, snippet: true, documentation, from, to, rank: -1, structural: false };
}
