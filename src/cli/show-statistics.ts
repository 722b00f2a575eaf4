import { existsSync } from 'node:fs';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { StatisticsReport } from '../protocol/ingestion-log.ts';
import { MetadataStore } from '../records/metadata-store.ts';
import { loadPlatform } from '../tenants/load.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { requireTenant } from './known-tenant.ts';
import { runningPlatform } from './platform-access.ts';
import { nothingIngested, statisticsLines } from './statistics-lines.ts';

/** Prints the statistics that the platform gives, or the metadata store itself when none is up. */
export async function showStatistics(
  { terminal }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string | undefined,
  json: boolean,
): Promise<number> {
  if (tenant !== undefined) await requireTenant(folder, tenant);
  const running = await runningPlatform(folder);
  // Opening the store would make one.
  if (!running && !json && !existsSync(folder.metadataFile)) {
    terminal.print(...nothingIngested);
    return exitStatus.done;
  }
  const report = await (running ? running.client.statistics(tenant) : storedStatistics(folder, tenant));
  if (json) terminal.print(JSON.stringify(report));
  else terminal.print(...statisticsLines(report, tenant, terminal));
  return exitStatus.done;
}

async function storedStatistics(folder: PlatformFolder, tenant: string | undefined): Promise<StatisticsReport> {
  const { settings } = await loadPlatform(folder);
  const store = await MetadataStore.open({ metadata: folder.metadataFile });
  try {
    return await store.statistics({ tenant, timeZone: settings?.timeZone ?? 'UTC' });
  } finally {
    await store.dispose();
  }
}
