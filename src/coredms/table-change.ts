import type { TableSpec } from '../protocol/tables.ts';
import { invalidTable, tableChangeRefused } from './core-dms-errors.ts';
import { formatCqlType, keyTypeError, parseCqlType, type CqlType } from './cql-types.ts';

export interface TypedColumn {
  name: string;
  type: CqlType;
}

/** The columns of a table with their types parsed. TABLE_INVALID for what no store could create. */
export function typedColumns(table: TableSpec): TypedColumn[] {
  const columns = table.columns.map(({ name, type: text }) => {
    const type = parseCqlType(text);
    if ('error' in type) throw invalidTable(table.name, `the type of column ${name} ${type.error}`);
    return { name, type };
  });
  const byName = new Map(columns.map((column) => [column.name, column]));
  if (byName.size < columns.length) throw invalidTable(table.name, 'two columns have one name');
  const key = primaryKey(table);
  if (table.partitionKey.length === 0) throw invalidTable(table.name, 'it has no partition key');
  if (new Set(key).size < key.length) throw invalidTable(table.name, 'a column is twice in its primary key');
  for (const name of key) {
    const column = byName.get(name);
    if (!column) throw invalidTable(table.name, `key column ${name} is not among its columns`);
    const problem = keyTypeError(column.type);
    if (problem !== undefined) throw invalidTable(table.name, `key column ${name}: ${problem}`);
  }
  return columns;
}

export function primaryKey(table: TableSpec): string[] {
  return [...table.partitionKey, ...table.clusteringKey];
}

/** Equal for types that are one: varchar is text. */
function identity(type: CqlType): string {
  return formatCqlType(type).replaceAll('varchar', 'text');
}

function spelledKey(table: TableSpec): string {
  return `((${table.partitionKey.join(', ')}), ${table.clusteringKey.join(', ')})`.replace(', )', ')');
}

/** The columns that `wanted` has over what is stored. TABLE_CHANGE_REFUSED when a type or the key differs. */
export function addedColumns(stored: TableSpec, wanted: TableSpec): TypedColumn[] {
  const storedTypes = new Map(typedColumns(stored).map(({ name, type }) => [name, type]));
  const differences: string[] = [];
  const added: TypedColumn[] = [];
  for (const column of typedColumns(wanted)) {
    const before = storedTypes.get(column.name);
    if (!before) added.push(column);
    else if (identity(before) !== identity(column.type)) {
      differences.push(
        `column ${column.name} is ${formatCqlType(before)} and would become ${formatCqlType(column.type)}`,
      );
    }
  }
  const [before, after] = [spelledKey(stored), spelledKey(wanted)];
  if (before !== after) differences.push(`its primary key is ${before} and would become ${after}`);
  if (differences.length > 0) throw tableChangeRefused(wanted.name, differences);
  return added;
}
