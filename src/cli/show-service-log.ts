import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { serviceLog } from '../runtimes/start-services.ts';
import { loadPlatform } from '../tenants/load.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { printable } from './terminal/text.ts';

/** Prints the newest lines of a server's log and, with `follow`, those that come until the signal aborts. */
export async function showServiceLog(
  { terminal, signal }: CliEnvironment,
  folder: PlatformFolder,
  service: string,
  { follow = false, lines }: { follow?: boolean; lines: number },
): Promise<number> {
  const { settings } = await loadPlatform(folder);
  for await (const line of serviceLog(folder, settings?.runtime, service, { follow, lines }, signal))
    terminal.print(printable(line));
  return exitStatus.done;
}
