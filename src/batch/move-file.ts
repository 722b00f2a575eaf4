import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, lstat, open, readlink, rename, rm, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError, systemCode } from '../foundation/errors.ts';
import { stagingNameTaken } from './faults.ts';
import { numberedName } from './numbered-name.ts';

// How files go from folder to folder. Whatever cuts a move off, the whole file is at one end at least, and repeating the move
// completes it. Nothing is ever replaced, no link is followed, no pipe is opened.

/** Bytes. */
const copyAtOnce = 2 ** 20;
/** What is forced to disk at once: for a large file as a whole that takes as long as on a disk that hangs. Bytes. */
const forcedAtOnce = 64 * 1024 * 1024;

const placeTaken = (path: string) =>
  new PlatformError({ code: 'PLACE_TAKEN', message: `${path} is there already`, hint: 'rename one of the two' });

const changesMeanwhile = (path: string) =>
  new PlatformError({
    code: 'FILE_CHANGES',
    message: `${path} changes while it is copied: somebody writes to it`,
    hint: 'nothing needs to be done: it is tried again',
  });

const onlyHere = (path: string) =>
  new PlatformError({
    code: 'NOT_A_FILE',
    message: `${path} is neither a file nor a link: it cannot be brought to another disk`,
    hint: 'remove it',
  });

/** Whether a move failed for what it was given: no file, but a pipe or a device, on its way to another device. */
export function isOnlyHere(error: unknown): boolean {
  return systemCode(error) === 'NOT_A_FILE';
}

/** Whether a move, or a copy, failed because somebody wrote to the file. */
export function isChanging(error: unknown): boolean {
  return systemCode(error) === 'FILE_CHANGES';
}

/** How a file stands: another size or time means that it was written to. */
export interface FileStanding {
  /** Bytes. */
  size: number;
  mtimeMs: number;
}

/** A copy on another device keeps the time to the millisecond. */
export function isSame(a: FileStanding, b: FileStanding): boolean {
  return a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) < 1;
}

/** Undefined when nothing is there; a link is told as itself. */
export async function standing(path: string): Promise<FileStanding | undefined> {
  return lstat(path).then(
    (stats) => stats,
    () => undefined,
  );
}

export async function exists(path: string): Promise<boolean> {
  return (await standing(path)) !== undefined;
}

/**
 * Moves a file, or a link as a link, into a folder in which nobody else makes files; from one in which others may. Takes what is
 * there at the time as a whole: who goes on writing to it, or puts another in its place, is not cut off halfway.
 * @throws PlatformError PLACE_TAKEN; across devices also FILE_CHANGES and NOT_A_FILE: then it stays where it is
 */
export async function moveFile(from: string, to: string): Promise<void> {
  if (await exists(to)) throw placeTaken(to);
  try {
    await rename(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    await copyFile(from, to);
    await unlink(from);
  }
}

/**
 * Moves a file that nobody else moves into a folder in which others make files: under its name, or the first of `a.1.csv`,
 * `a.2.csv`, … that nobody has taken, also not while it is on its way.
 * @param mayBe whether it may have such a name
 * @returns where it is now
 * @throws PlatformError STAGING_NAME_TAKEN when it may not: then it stays where it is
 */
export async function putFile(
  from: string,
  folder: string,
  name: string,
  mayBe: (numbered: string) => boolean,
): Promise<string> {
  const file = await lstat(from, { bigint: true });
  for (let again = 0; ; again++) {
    const candidate = again === 0 ? name : numberedName(name, again);
    if (again > 0 && !mayBe(candidate)) throw stagingNameTaken(name);
    const to = join(folder, candidate);
    const there = await lstat(to, { bigint: true }).catch(() => undefined);
    if (there?.dev === file.dev && there.ino === file.ino) {
      // An earlier attempt was cut off when the file had both names.
      await unlink(from);
      return to;
    }
    if (there) continue;
    try {
      // Elsewhere than on Linux a link to a link is one to what that leads to.
      await (file.isFile() ? put(from, to) : moveFile(from, to));
      return to;
    } catch (error) {
      if (systemCode(error) !== 'PLACE_TAKEN') throw error;
    }
  }
}

async function put(from: string, to: string): Promise<void> {
  try {
    await place(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    await copyFile(from, to);
    await unlink(from);
  }
}

/**
 * Gives a regular file another name on its device. Unlike a rename it does not replace what has come under that name meanwhile.
 * @throws PlatformError PLACE_TAKEN
 */
export async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EXDEV' || code === 'ENOENT') throw error;
    // Some file systems have no links, and some systems allow none to files of other users.
    if (code === 'EEXIST' || (await exists(to))) throw placeTaken(to);
    await rename(from, to);
    return;
  }
  await unlink(from);
}

/**
 * Makes a copy of a file, or a link, with its time; the whole of it is on disk before it has its name. Until then it is hidden.
 * @throws PlatformError PLACE_TAKEN, FILE_CHANGES, NOT_A_FILE
 */
export async function copyFile(from: string, to: string): Promise<void> {
  const stats = await lstat(from);
  if (stats.isSymbolicLink()) {
    await symlink(await readlink(from), to);
    return;
  }
  if (!stats.isFile()) throw onlyHere(from);
  const copy = join(dirname(to), hiddenName(from));
  // By now it may be a link or a pipe.
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await copyHidden(source, copy, from);
    await place(copy, to);
    await sync(dirname(to));
  } finally {
    await source.close();
    await rm(copy, { force: true });
  }
}

async function copyHidden(source: FileHandle, copy: string, from: string): Promise<void> {
  const before = await source.stat();
  if (!before.isFile()) throw onlyHere(from);
  // An attempt that was cut off has left it.
  await rm(copy, { force: true });
  const target = await open(copy, 'wx');
  try {
    await copyBytes(source, target, before.size);
    await target.chmod(before.mode & 0o777);
    await target.utimes(before.atimeMs / 1000, before.mtimeMs / 1000);
    await target.sync();
  } finally {
    await target.close();
  }
  const [after, there] = [await source.stat(), await lstat(from)];
  if (!isSame(before, after) || there.ino !== before.ino) throw changesMeanwhile(from);
}

/** Copies as much as there was: a file that grows for ever has no end to wait for. */
async function copyBytes(source: FileHandle, target: FileHandle, bytes: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(bytes, copyAtOnce));
  let forced = 0;
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, bytes - at), at);
    // It has become shorter, which is found out behind this.
    if (bytesRead === 0) return;
    // Where the one before has ended.
    await target.writeFile(buffer.subarray(0, bytesRead));
    at += bytesRead;
    if (at - forced < forcedAtOnce) continue;
    await target.datasync();
    forced = at;
  }
}

/** The same at each attempt at a move, so that the next one clears away what one has left; another for every other file. */
function hiddenName(from: string): string {
  return `.${createHash('sha256').update(from).digest('hex').slice(0, 24)}.part`;
}

/** Has the names in a folder forced to disk. Windows can that only for what is open for writing. */
async function sync(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A path in `folder` for a file of that name which nothing has yet: `a.csv`, `a.1.csv`, … */
export async function freePath(folder: string, name: string): Promise<string> {
  let path = join(folder, name);
  for (let again = 1; await exists(path); again++) path = join(folder, numberedName(name, again));
  return path;
}
