import { randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../foundation/errors.ts';
import { place } from './move-file.ts';

/** What is copied at once. */
const pieceBytes = 1024 * 1024;

/**
 * Copies a file into a staging directory, where it appears complete and at once.
 * @param options.replace puts the complete copy in the place of a file of that name; until then that one stays
 * @param options.signal ends the copying: its reason is thrown, and nothing is left of the copy
 * @returns false when a file of that name is there, and is not to be replaced
 */
export async function stageFile(
  from: string,
  staging: string,
  name: string,
  { replace = false, signal }: { replace?: boolean; signal?: AbortSignal } = {},
): Promise<boolean> {
  await mkdir(staging, { recursive: true });
  // Before anything is copied for nothing.
  if (!replace && (await isThere(join(staging, name)))) return false;
  // Hidden until it is complete; nothing that is hidden is ever taken.
  const copy = join(staging, `.${randomUUID()}.part`);
  try {
    await copyWhole(from, copy, signal);
    await (replace ? rename : place)(copy, join(staging, name));
    return true;
  } catch (error) {
    if (systemCode(error) === 'PLACE_TAKEN') return false;
    throw error;
  } finally {
    await rm(copy, { force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Shares the blocks of the file where the file system can; where it cannot, copies piece by piece, which a signal can end. */
async function copyWhole(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { mode } = await stat(from);
  const shared = await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  );
  if (shared) return;
  const piece = { highWaterMark: pieceBytes };
  const [source, target] = [createReadStream(from, piece), createWriteStream(to, { ...piece, mode: mode & 0o777 })];
  try {
    await pipeline(source, target, { ...(signal ? { signal } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Whether a path leads to the very file that is in a staging directory under that name, by whichever links it does. */
export async function isStaged(path: string, staging: string, name: string): Promise<boolean> {
  const [file, waiting] = await Promise.all([
    stat(path, { bigint: true }).catch(() => undefined),
    lstat(join(staging, name), { bigint: true }).catch(() => undefined),
  ]);
  return file !== undefined && file.dev === waiting?.dev && file.ino === waiting.ino;
}
