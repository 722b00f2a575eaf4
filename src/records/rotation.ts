import { readdir, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { systemCode } from '../foundation/errors.ts';

// A log is `name.log`; what it was before is `name.log.1`, before that `name.log.2`, and so on.

/** The name of the log's file of n rotations ago; 0 is the one that is written. */
export function rotatedPath(path: string, n: number): string {
  return n === 0 ? path : `${path}.${n}`;
}

/** Makes room for a new file at `path`; of the old ones the newest `keep` (at least 1) stay. */
export async function rotate(path: string, keep: number): Promise<void> {
  // From the oldest on, so that a follower that still finds its file at n knows that n - 1 has not moved yet.
  for (let n = keep; n >= 1; n--) {
    try {
      await rename(rotatedPath(path, n - 1), rotatedPath(path, n));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

/** The numbers of a log's rotated files, ascending: the youngest first. */
export async function rotations(path: string): Promise<number[]> {
  const name = basename(path);
  let entries: string[];
  try {
    entries = await readdir(dirname(path));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.startsWith(`${name}.`) && /^[1-9]\d*$/.test(entry.slice(name.length + 1)))
    .map((entry) => Number(entry.slice(name.length + 1)))
    .sort((a, b) => a - b);
}
