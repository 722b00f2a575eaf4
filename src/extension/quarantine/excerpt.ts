import { linesOf } from './lines.ts';

/** Lines before and behind the one that is looked for. */
const around = 5;

/** Some lines of a text file. */
export interface Excerpt {
  lines: string[];
  /** Numbers of the first and the last in the file, from 0. */
  first: number;
  last: number;
}

/** The lines of a file around one; none when it has no such line. @param line its number, from 0 */
export async function excerptOf(
  path: string,
  line: number,
  options: { gzip?: boolean; lines?: number; signal?: AbortSignal } = {},
): Promise<Excerpt> {
  const reach = options.lines ?? around;
  const first = Math.max(0, line - reach);
  const lines: string[] = [];
  let number = -1;
  for await (const text of linesOf(path, options)) {
    number++;
    if (number >= first) lines.push(text);
    if (number >= line + reach) break;
  }
  return { lines, first, last: first + lines.length - 1 };
}
