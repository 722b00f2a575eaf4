import { shortName } from './short-name.ts';

/** Longer than every chain of extensions, in bytes. */
const longestChain = 60;

/**
 * Another name for a file whose own is taken: `a.csv.gz` as `a.1.csv.gz`. The number comes before the first dot, so that the name
 * ends in whatever it ended in, and begins as it began: extensions, and globs with a star before them, take both.
 */
export function numberedName(name: string, number: number): string {
  // One at the beginning belongs to the name.
  const first = name.indexOf('.', 1);
  // Of a sentence with dots only the last part says what the file is.
  const dot = Buffer.byteLength(name.slice(first)) > longestChain ? name.lastIndexOf('.') : first;
  const end = dot < 1 ? name.length : dot;
  return shortName(name.slice(0, end), `.${number}${name.slice(end)}`);
}
