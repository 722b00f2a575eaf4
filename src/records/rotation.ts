import { readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';

// A log is `name.log`; what it was before is `name.log.1`, before that `name.log.2`, and so on.

/** Makes room for a new file at `path`; of the old ones the newest `keep` (at least 1) stay. */
export async function rotate(path: string, keep: number): Promise<void> {
  // From the oldest on, so that a follower that still finds its file at n knows that n - 1 has not moved yet.
  for (let n = keep; n >= 1; n--) {
    try {
      await rename(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

/** The rotated files of a log, the youngest first. */
export async function rotatedFiles(path: string): Promise<string[]> {
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
    .sort((a, b) => a - b)
    .map((n) => join(dirname(path), `${name}.${n}`));
}
