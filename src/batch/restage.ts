import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { loadTenant } from '../tenants/load-tenant.ts';
import { namesAlike, type NamesAlike } from './admission.ts';
import { exists, putFile } from './move-file.ts';
import { reasonPath } from './quarantine-places.ts';
import { makeStaging } from './staging.ts';

/**
 * Puts a file of a failed or cancelled run back into staging, so that it is ingested again; under another name where a new
 * file has taken its own.
 * @param location where it is, relative to the platform folder, as its record says
 * @param name under which it came; in quarantine it may have another
 * @returns its name in staging; null when it is not there any more
 * @throws PlatformError STAGING_NAME_TAKEN when its app takes it under no other name
 */
export async function restage(
  folder: PlatformFolder,
  tenant: string,
  location: string,
  name = basename(location),
): Promise<string | null> {
  const from = join(folder.root, location);
  if (!(await exists(from))) return null;
  await makeStaging(folder, tenant);
  const staging = folder.staging(tenant);
  const isTaken = await exists(join(staging, name));
  const alike: NamesAlike = isTaken ? namesAlike(await loadTenant(folder, tenant)) : () => false;
  const to = await putFile(from, staging, name, (other) => alike(name, other));
  await rm(reasonPath(from), { force: true });
  return basename(to);
}
