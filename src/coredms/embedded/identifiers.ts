/** An SQL identifier, whatever the name contains. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table's own columns, which no column of a profile can be called: its names begin with a letter. */
export const rowColumn = quoted('__row');
export const writeTimeColumn = quoted('__write_time');

/** The SQLite table of a CoreDms table, quoted. SQLite keeps names that begin with `sqlite_` for itself. */
export function physicalTable(table: string): string {
  return quoted(/^sqlite_/i.test(table) ? `_${table}` : table);
}
