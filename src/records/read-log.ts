import { stat } from 'node:fs/promises';
import { pause } from '../foundation/deadlines.ts';
import { systemCode } from '../foundation/errors.ts';
import { identityOf, openLog, type LogFile } from './log-file.ts';
import { rotatedPath, rotations } from './rotation.ts';

/** How much text a tail holds at most. */
const maxTailBytes = 16 * 1024 * 1024;

/**
 * The newest `lines` lines of a log and its rotated files, oldest first, at most 16 MiB of them. A line that is still
 * being written is left out. Without such a file: none.
 */
export async function tailLog(path: string, { lines }: { lines: number }): Promise<string[]> {
  const file = await openLog(path);
  try {
    return await tailBefore(path, file, lines);
  } finally {
    await file?.handle.close();
  }
}

/**
 * Gives every line that is added to the log from now on, also across rotations, until `signal` aborts; then it resolves.
 * A log that does not exist yet is waited for. With `lines`, the newest so many come first, and none is missed or given
 * twice in between.
 */
export async function followLog(
  path: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
  { lines = 0, everyMs = 250 }: { lines?: number; everyMs?: number } = {},
): Promise<void> {
  let file = await openLog(path);
  try {
    for (const line of await tailBefore(path, file, lines)) onLine(line);
    while (!signal.aborted) {
      if (file) {
        await file.readNew(onLine);
        const next = await successor(path, file);
        if (next) {
          // Nothing is added to a file that has a successor: what this reads is its rest.
          await file.readNew(onLine);
          await file.handle.close();
          file = next;
          continue;
        }
      } else {
        file = await openLog(path);
        if (file) {
          file.position = 0;
          continue;
        }
      }
      await pause(everyMs, signal).catch(() => undefined);
    }
  } finally {
    await file?.handle.close();
  }
}

/** The newest `count` lines before the position of `file`, and in the files that were rotated before it. */
async function tailBefore(path: string, file: LogFile | undefined, count: number): Promise<string[]> {
  const newestFirst: string[] = [];
  let bytes = 0;
  const take = async (from: LogFile): Promise<boolean> => {
    for await (const line of from.linesFromEnd()) {
      bytes += line.length;
      if (newestFirst.length >= count || bytes > maxTailBytes) return false;
      newestFirst.push(line.toString('utf8'));
    }
    return newestFirst.length < count;
  };
  if (count > 0 && (!file || (await take(file))))
    for (const older of await filesBefore(path, file)) {
      const rotated = await openLog(older);
      if (!rotated) continue;
      try {
        if (rotated.identity !== file?.identity && !(await take(rotated))) break;
      } finally {
        await rotated.handle.close();
      }
    }
  return newestFirst.reverse();
}

/** Rotated files that are older than `file`, the youngest first; `file` itself may have been rotated since it was opened. */
async function filesBefore(path: string, file: LogFile | undefined): Promise<string[]> {
  const rotated = await look(path, await rotations(path));
  return rotated
    .slice(rotated.findIndex(({ identity }) => identity === file?.identity) + 1)
    .map(({ n }) => rotatedPath(path, n));
}

/**
 * The file that the log went on with after `file`, opened at its beginning; undefined while there is none, or while
 * names are being changed and the next look will tell.
 */
async function successor(path: string, file: LogFile): Promise<LogFile | undefined> {
  const seen = await look(path, [0, ...(await rotations(path))]);
  const here = seen.find(({ identity }) => identity === file.identity);
  if (!here) return oldestAfter(path, file, seen);
  file.misses = 0;
  if (here.n === 0) return undefined;
  const next = await openLog(rotatedPath(path, here.n - 1));
  if (!next) return undefined;
  const [still] = await look(path, [here.n]);
  if (still?.identity !== file.identity || next.identity === file.identity) {
    // Rotated once more meanwhile: the name may by now be that of a younger file.
    await next.handle.close();
    return undefined;
  }
  next.position = 0;
  return next;
}

/** After a file that was deleted, moved or rotated away altogether: the oldest that was not written to before it. */
async function oldestAfter(path: string, file: LogFile, seen: Seen[]): Promise<LogFile | undefined> {
  const { nlink, mtimeNs } = await file.handle.stat({ bigint: true });
  // It can be missed while it is being renamed, but not again and again.
  if (nlink > 0n && ++file.misses < 3) return undefined;
  const oldest = seen.findLast((other) => other.mtimeNs >= mtimeNs);
  const next = oldest && (await openLog(rotatedPath(path, oldest.n)));
  if (next) next.position = 0;
  return next;
}

interface Seen {
  /** Number of rotations. */
  n: number;
  identity: string;
  mtimeNs: bigint;
}

/** Those of the log's files that exist, in the same order. */
async function look(path: string, numbers: number[]): Promise<Seen[]> {
  const seen = await Promise.all(
    numbers.map(async (n) => {
      try {
        const found = await stat(rotatedPath(path, n), { bigint: true });
        return [{ n, identity: identityOf(found), mtimeNs: found.mtimeNs }];
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return [];
        throw error;
      }
    }),
  );
  return seen.flat();
}
