import { constants } from 'node:fs';
import { copyFile, lstat, open, rename, unlink, utimes } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';

/** Ending of a copy that is not complete; no file of a tenant that is admitted has it. */
export const unfinished = '.part';

/** Renames; across devices copies, and removes the original once the copy is complete and survives a power cut. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    const part = `${to}${unfinished}`;
    const { atime, mtime } = await lstat(from);
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    await utimes(part, atime, mtime);
    await sync(part);
    await rename(part, to);
    await sync(dirname(to));
    await unlink(from);
  }
}

/** Has a file, or the names in a folder, forced to disk. Windows can that only for what is open for writing: not for these. */
async function sync(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** A path in `folder` for a file of that name which nothing has yet: `a.csv`, `a.1.csv`, … */
export async function freePath(folder: string, name: string): Promise<string> {
  const ending = extname(name);
  let path = join(folder, name);
  for (let again = 1; await exists(path); again++) {
    path = join(folder, `${name.slice(0, name.length - ending.length)}.${again}${ending}`);
  }
  return path;
}
