import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import { isName } from '../foundation/names.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { unknownTenant } from './errors.ts';

/** Names of the folders below `tenants/` that can be tenants. */
export async function presentTenants(folder: PlatformFolder): Promise<string[]> {
  try {
    const entries = await readdir(folder.tenants, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && isName(entry.name)).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Tenants of which there are logs: also those whose folder is gone by now. */
async function loggedTenants(folder: PlatformFolder): Promise<string[]> {
  const entries = await readdir(dirname(folder.platformLog), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Throws UNKNOWN_TENANT, with a suggestion, for a name that the platform folder knows nothing of. */
export async function requireTenant(folder: PlatformFolder, tenant: string): Promise<void> {
  const known = [...new Set([...(await presentTenants(folder)), ...(await loggedTenants(folder))])];
  if (!known.includes(tenant)) throw unknownTenant(tenant, didYouMean(tenant, known));
}
