import { didYouMean } from '../../foundation/suggestions.ts';
import { emptyHeader, headerDuplicate, headerForeign, headerMismatch } from '../faults.ts';

/** What a header is held against. */
export interface HeaderExpectation {
  /** Columns that the profile demands, or null. */
  required: readonly string[] | null;
  table: string;
  tableColumns: readonly string[];
}

/**
 * The column names of a file's first record.
 * @throws FileFault when names are missing or doubled, or when the file is clearly not the one that the profile describes
 */
export function readHeader(record: readonly string[], expected: HeaderExpectation): string[] {
  const columns = record.map((name) => name.trim());
  if (columns.every((name) => name === '')) throw emptyHeader();
  const seen = new Set<string>();
  for (const name of columns) {
    if (seen.has(name)) throw headerDuplicate(name);
    seen.add(name);
  }
  if (expected.required) {
    const missing = expected.required.filter((name) => !seen.has(name));
    if (missing.length > 0) {
      const near = missing
        .map((name) => ({ name, meant: didYouMean(name, columns) }))
        .filter((pair) => pair.meant !== undefined)
        .map((pair) => `"${pair.meant ?? ''}" for "${pair.name}"`);
      throw headerMismatch(
        missing,
        columns,
        near.length > 0
          ? `did the file mean ${near.join(', ')}? Correct the header, or \`format.columns\` in the profile`
          : undefined,
      );
    }
  } else if (!columns.some((name) => expected.tableColumns.includes(asColumnName(name)))) {
    throw headerForeign(columns, expected.table);
  }
  return columns;
}

/** `Airport Name` and `airport_name` are the same column to an app that renames. */
function asColumnName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}
