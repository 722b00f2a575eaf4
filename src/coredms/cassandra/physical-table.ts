import { createHash } from 'node:crypto';

/**
 * What the table is called in Cassandra, which takes 48 characters of [A-Za-z0-9_]; another name where it cannot be called so.
 * Columns take anything.
 */
export function physicalTable(table: string): string {
  if (/^[a-z0-9_]{1,48}$/i.test(table) && !table.startsWith('_')) return table;
  return `_${createHash('sha256').update(table).digest('hex').slice(0, 40)}`;
}
