import { randomUUID } from 'node:crypto';
import { copyFile, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import { place } from './move-file.ts';

/**
 * Copies a file into a staging directory, where it appears complete and at once.
 * @param options.replace puts the complete copy in the place of a file of that name; until then that one stays
 * @returns false when a file of that name is there, and is not to be replaced
 */
export async function stageFile(
  from: string,
  staging: string,
  name: string,
  { replace = false }: { replace?: boolean } = {},
): Promise<boolean> {
  await mkdir(staging, { recursive: true });
  // Hidden until it is complete; nothing that is hidden is ever taken.
  const copy = join(staging, `.${randomUUID()}.part`);
  try {
    await copyFile(from, copy);
    await (replace ? rename : place)(copy, join(staging, name));
    return true;
  } catch (error) {
    if (systemCode(error) === 'PLACE_TAKEN') return false;
    throw error;
  } finally {
    await rm(copy, { force: true });
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
