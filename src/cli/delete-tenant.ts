import { isName } from '../foundation/names.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { removeTenantOffline } from '../platform/remove-tenant.ts';
import { tenantParts, type TenantPart } from '../platform/tenant-data.ts';
import type { CliEnvironment } from './command-context.ts';
import { confirmationNeeded, exitStatus } from './errors.ts';
import { invalidTenantName } from './manage-tenants.ts';
import { runningPlatform } from './platform-access.ts';
import { count, size } from './terminal/figures.ts';
import { table } from './terminal/table.ts';

const what: Readonly<Record<TenantPart['kind'], string>> = {
  rows: 'rows',
  archive: 'archived files',
  quarantine: 'quarantine',
  work: 'files of runs that were cut off',
  logs: 'logs',
  staging: 'files that wait in staging',
  folder: 'profile and apps',
};

/** Unregisters a tenant and deletes everything that it has, once the user has agreed to what that is. */
export async function deleteTenant(
  { terminal, signal }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string,
  yes: boolean,
): Promise<number> {
  if (!isName(tenant)) throw invalidTenantName(tenant);
  const parts = await tenantParts(folder, tenant);
  if (!yes && parts.length > 0) {
    terminal.print(
      `${tenant} has, besides what is remembered of its files and runs:`,
      '',
      ...partLines(parts, terminal.columns),
      '',
    );
    const sure = await terminal.confirm('Delete all of it? It cannot be brought back.', signal);
    if (sure === undefined) throw confirmationNeeded('--yes');
    if (!sure) {
      terminal.print('Nothing was changed.');
      return exitStatus.done;
    }
  }
  const running = await runningPlatform(folder);
  await (running ? running.client.removeTenant(tenant, true) : removeTenantOffline(folder, tenant));
  terminal.print(`Deleted ${tenant} with everything that it had.`);
  return exitStatus.done;
}

function partLines(parts: readonly TenantPart[], columns: number): string[] {
  return table(
    [
      { title: 'what' },
      { title: 'where', flexible: true },
      { title: 'files', align: 'right' },
      { title: 'size', align: 'right' },
    ],
    parts.map(({ kind, path, files, bytes }) => [what[kind], path, count(files), size(bytes)]),
    { width: columns },
  );
}
