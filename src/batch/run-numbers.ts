import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { exists } from './move-file.ts';
import { RunFolder } from './run-folder.ts';

/** Whether a tenant's run of that number has left anything. */
export async function hasLeftFiles(folder: PlatformFolder, tenant: string, batchNumber: number): Promise<boolean> {
  for (const path of new RunFolder(folder, tenant, `${tenant}-${batchNumber}`).folders) {
    if (await exists(path)) return true;
  }
  return false;
}

/** The highest number of the tenant's runs that have left anything; 0 when none has. */
export async function lastBatchNumber(folder: PlatformFolder, tenant: string): Promise<number> {
  let last = 0;
  const ofTenant = new RegExp(`^${tenant}-(\\d+)$`);
  for (const path of new RunFolder(folder, tenant, `${tenant}-0`).folders) {
    for (const name of await readdir(dirname(path)).catch(() => [])) {
      last = Math.max(last, Number(ofTenant.exec(name)?.[1] ?? 0));
    }
  }
  return last;
}
