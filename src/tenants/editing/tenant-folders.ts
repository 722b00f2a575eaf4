import { readdir } from 'node:fs/promises';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';

/** Names of the folders below `tenants/`, sorted; a profile need not be in each. */
export async function tenantFolders(folder: PlatformFolder): Promise<string[]> {
  const entries = await readdir(folder.tenants, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
