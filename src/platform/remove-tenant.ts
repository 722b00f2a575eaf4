import { mkdir } from 'node:fs/promises';
import { tenantBusy } from '../batch/faults.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { MetadataStore } from '../records/metadata-store.ts';
import { unregisterIfRegistered, unregisterTenant } from '../tenants/registry.ts';
import { CoreDmsOfTenants } from './core-dms-of-tenants.ts';
import { deleteTenantFiles, tenantParts } from './tenant-data.ts';

/**
 * Unregisters a tenant and deletes everything of it: rows, archive, quarantine, staging, profile and apps, logs, and what is
 * remembered of its files and runs. Of a tenant that is not registered (any more) what is left is deleted.
 * @param metadata of a platform folder that the caller owns
 * @param unregistered is called when nothing new can begin for the tenant, before anything is deleted
 * @throws PlatformError TENANT_BUSY while a run of the tenant is open, TENANT_NOT_REGISTERED when nothing is known of it,
 * ROWS_OUT_OF_REACH, COREDMS_AWAY when its rows cannot be deleted
 */
export async function removeTenantWithData(
  folder: PlatformFolder,
  tenant: string,
  metadata: MetadataStore,
  coreDms: CoreDmsOfTenants,
  unregistered: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const open = (await metadata.openRuns()).find((run) => run.tenant === tenant);
  if (open) throw tenantBusy(tenant, open.runId);
  await coreDms.requireReach(tenant);
  if ((await tenantParts(folder, tenant)).length > 0) await unregisterIfRegistered(folder, tenant);
  else await unregisterTenant(folder, tenant);
  await unregistered();
  // First what says that files were ingested: rows without it are written again, but without rows it would keep files out.
  await metadata.forgetTenant(tenant);
  await coreDms.remove(tenant);
  await deleteTenantFiles(folder, tenant);
}

/**
 * As `removeTenantWithData`, while no platform is up: owns the folder for so long.
 * @throws PlatformError PLATFORM_OWNED and ROWS_OUT_OF_REACH as well
 */
export async function removeTenantOffline(folder: PlatformFolder, tenant: string): Promise<void> {
  await mkdir(folder.state, { recursive: true, mode: 0o700 });
  const metadata = await MetadataStore.open({ metadata: folder.metadataFile, owner: folder.ownerFile });
  try {
    await removeTenantWithData(folder, tenant, metadata, new CoreDmsOfTenants(folder, () => undefined));
  } finally {
    await metadata.dispose();
  }
}
