import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import { place } from './move-file.ts';

/**
 * Copies a file into a staging directory, where it appears complete and at once.
 * @returns false when a file of that name is there: it is not overwritten
 */
export async function stageFile(from: string, staging: string, name: string): Promise<boolean> {
  await mkdir(staging, { recursive: true });
  // Hidden until it is complete; nothing that is hidden is ever taken.
  const copy = join(staging, `.${randomUUID()}.part`);
  try {
    await copyFile(from, copy);
    await place(copy, join(staging, name));
    return true;
  } catch (error) {
    if (systemCode(error) === 'PLACE_TAKEN') return false;
    throw error;
  } finally {
    await rm(copy, { force: true });
  }
}
