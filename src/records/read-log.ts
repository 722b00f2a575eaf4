import { stat } from 'node:fs/promises';
import { pause } from '../foundation/deadlines.ts';
import { systemCode } from '../foundation/errors.ts';
import { identityOf, openLog, type LogFile } from './log-file.ts';
import { rotatedFiles } from './rotation.ts';

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
  const rotated = await look(await rotatedFiles(path));
  return rotated.slice(rotated.findIndex(({ identity }) => identity === file?.identity) + 1).map(({ name }) => name);
}

/**
 * The file that the log went on with after `file`, opened at its beginning; undefined while there is none, or while
 * names are being changed and the next look will tell.
 */
async function successor(path: string, file: LogFile): Promise<LogFile | undefined> {
  const seen = await look([path, ...(await rotatedFiles(path))]);
  const index = seen.findIndex(({ identity }) => identity === file.identity);
  if (index === 0 && seen[0]?.name === path) return undefined;
  if (index === -1) return oldestAfter(file, seen);
  const next = await openLog(seen[index - 1]?.name ?? path);
  if (!next) return undefined;
  const [still] = await look([seen[index]?.name ?? path]);
  if (still?.identity !== file.identity || next.identity === file.identity) {
    // Rotated once more meanwhile: the name may by now be that of a younger file.
    await next.handle.close();
    return undefined;
  }
  next.position = 0;
  return next;
}

/** After a file that was deleted or rotated away altogether: the oldest that was written to after it. */
async function oldestAfter(file: LogFile, seen: Seen[]): Promise<LogFile | undefined> {
  const { nlink, mtimeNs } = await file.handle.stat({ bigint: true });
  if (nlink > 0n) return undefined;
  const oldest = seen.findLast((other) => other.mtimeNs > mtimeNs);
  const next = oldest && (await openLog(oldest.name));
  if (next) next.position = 0;
  return next;
}

interface Seen {
  name: string;
  identity: string;
  mtimeNs: bigint;
}

/** Those of the named files that exist, in the same order. */
async function look(names: string[]): Promise<Seen[]> {
  const seen = await Promise.all(
    names.map(async (name) => {
      try {
        const found = await stat(name, { bigint: true });
        return [{ name, identity: identityOf(found), mtimeNs: found.mtimeNs }];
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return [];
        throw error;
      }
    }),
  );
  return seen.flat();
}
