import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import { exists, unfinished } from './move-file.ts';

const taken = new Error('a file of that name is there');

/**
 * Copies a file into a staging directory, where it appears complete and at once.
 * @returns false when a file of that name is there: it is not overwritten
 */
export async function stageFile(from: string, staging: string, name: string): Promise<boolean> {
  await mkdir(staging, { recursive: true });
  // Hidden until it is complete; nothing that is hidden is ever taken.
  const copy = join(staging, `.${name}${unfinished}`);
  try {
    await copyFile(from, copy);
    // Unlike a rename, a link does not replace what may have come meanwhile; some file systems have none.
    await link(copy, join(staging, name)).catch(async (error: unknown) => {
      if (systemCode(error) === 'EEXIST' || (await exists(join(staging, name)))) throw taken;
      await rename(copy, join(staging, name));
    });
    return true;
  } catch (error) {
    if (error === taken) return false;
    throw error;
  } finally {
    await rm(copy, { force: true });
  }
}
