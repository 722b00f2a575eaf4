import { unlessAborted } from '../foundation/deadlines.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { lookAtClusters } from '../runtimes/external/check-clusters.ts';
import { loadPlatform, servedTenants } from '../tenants/load.ts';
import { platformFileInvalid } from '../tenants/registry.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { counted } from './terminal/figures.ts';
import { printable } from './terminal/text.ts';

/** Prints the statements that are missing; what is no statement is a comment of CQL, or of the shell. */
export async function showProvision(
  { terminal, signal }: CliEnvironment,
  folder: PlatformFolder,
  service: string | undefined,
  json: boolean,
): Promise<number> {
  const loaded = await loadPlatform(folder);
  if (!loaded.settings) throw platformFileInvalid(loaded.diagnostics);
  const tenants = servedTenants(loaded);
  const clusters = await unlessAborted(
    lookAtClusters(folder, loaded.settings.runtime.external, tenants, service),
    signal,
  );
  if (json) terminal.print(JSON.stringify(clusters));
  for (const { service: name, missing, unseen, remarks } of json ? [] : clusters) {
    const comment = name === 'cassandra' ? '--' : '#';
    const state = missing.length === 0 ? 'nothing is known to be missing' : counted(missing.length, 'statement');
    terminal.print(`${comment} ${name}, ${counted(tenants.length, 'tenant')}: ${state}`);
    for (const remark of remarks) terminal.print(printable(`${comment} ${remark}`));
    terminal.print(...missing.map(printable));
    if (unseen.length > 0) terminal.print(`${comment} Perhaps missing as well; harmless to repeat:`);
    terminal.print(...unseen.map(printable));
  }
  return clusters.some(({ missing }) => missing.length > 0) ? exitStatus.failures : exitStatus.done;
}
