import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';

/** Moved behind everything else: a folder with it is a platform. */
const last = 'mysimbdp.yaml';

/**
 * Makes what is to be in a folder: in a hidden folder in there, from where it goes to its places when it is complete. When the
 * making fails, what was made goes, and nothing that came to the folder meanwhile.
 * @throws PlatformError FOLDER_NOT_EMPTY when something has come that is in the way
 */
export async function makeInFolder<T>(dir: string, make: (aside: string) => Promise<T>): Promise<T> {
  const isNew = (await mkdir(dir, { recursive: true })) !== undefined;
  const aside = join(dir, `.${randomUUID()}.part`);
  await mkdir(aside);
  try {
    const made = await make(aside);
    const names = (await readdir(aside)).sort((a, b) => Number(a === last) - Number(b === last));
    for (const name of names) if (await isThere(join(dir, name))) throw folderTaken(dir);
    for (const name of names) await rename(join(aside, name), join(dir, name));
    await rm(aside, { recursive: true, force: true });
    return made;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Of what has something in it by now only this was ours.
    if (isNew) await rmdir(dir).catch(() => undefined);
    throw error;
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

export function folderTaken(dir: string): PlatformError {
  return new PlatformError({
    code: 'FOLDER_NOT_EMPTY',
    message: vscode.l10n.t('There is something else in {0}.', dir),
    hint: vscode.l10n.t('Choose an empty folder for the demo.'),
    kind: 'conflict',
  });
}
