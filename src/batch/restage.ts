import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { exists, putFile } from './move-file.ts';
import { reasonPath } from './quarantine-places.ts';

/**
 * Puts a file of a failed or cancelled run back into staging, so that it is ingested again; under another name where a new
 * file has taken its own.
 * @param location where it is, relative to the platform folder, as its record says
 * @returns its name in staging; null when it is not there any more
 */
export async function restage(folder: PlatformFolder, tenant: string, location: string): Promise<string | null> {
  const from = join(folder.root, location);
  if (!(await exists(from))) return null;
  const staging = folder.staging(tenant);
  await mkdir(staging, { recursive: true });
  const to = await putFile(from, staging, basename(location));
  await rm(reasonPath(from), { force: true });
  return basename(to);
}
