import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { formatDiagnostic, hasErrors } from '../tenants/diagnostics.ts';
import { loadPlatform } from '../tenants/load.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { requireTenant } from './known-tenant.ts';
import { counted } from './terminal/figures.ts';
import { printable } from './terminal/text.ts';

/** Prints what is wrong in the files of the platform, or of one tenant, as `file:line:column`. */
export async function checkProfiles(
  { terminal }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string | undefined,
  json: boolean,
): Promise<number> {
  if (tenant !== undefined) await requireTenant(folder, tenant);
  const loaded = await loadPlatform(folder);
  // What a profile means hangs on the platform file, so its errors count for every tenant.
  const diagnostics = loaded.diagnostics.filter(
    ({ file, severity }) =>
      tenant === undefined ||
      file.startsWith(`tenants/${tenant}/`) ||
      (file === 'mysimbdp.yaml' && severity === 'error'),
  );
  const status = hasErrors(diagnostics) ? exitStatus.usage : exitStatus.done;
  if (json) {
    terminal.print(JSON.stringify(diagnostics));
    return status;
  }
  for (const diagnostic of diagnostics) {
    terminal.print(...formatDiagnostic(diagnostic).split('\n').map(printable));
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const checked = tenant ?? `mysimbdp.yaml and ${counted(loaded.present.length, 'profile')}`;
  terminal.print(
    diagnostics.length === 0
      ? `${checked}: nothing is wrong.`
      : `${checked}: ${counted(errors, 'error')}, ${counted(diagnostics.length - errors, 'warning')}.`,
  );
  return status;
}
