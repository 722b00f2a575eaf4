import { createHash } from 'node:crypto';

/** What file systems take, in bytes. */
const longestName = 255;

/** A file's name made of two parts, of which the first is cut, and told apart by a hash, where both together are too long. */
export function shortName(begin: string, end: string): string {
  const name = begin + end;
  if (Buffer.byteLength(name) <= longestName) return name;
  const mark = `~${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
  let kept = begin;
  // An ending can be as long as a name.
  const tail = Buffer.byteLength(end) > longestName / 2 ? '' : end;
  while (Buffer.byteLength(kept + mark + tail) > longestName) kept = kept.slice(0, -1);
  // Half of a character that takes two places in a string names nothing.
  return kept.toWellFormed().replace(/\ufffd$/, '') + mark + tail;
}
