import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { followLog, tailLog } from '../records/read-log.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { requireTenant } from './known-tenant.ts';
import { logLine } from './log-line.ts';

/** Prints the newest lines of a log and, with `follow`, those that come until the signal aborts. */
export async function showLog(
  { terminal, signal }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string | undefined,
  { follow, lines, json }: { follow?: boolean; lines: number; json?: boolean },
): Promise<number> {
  if (tenant !== undefined) await requireTenant(folder, tenant);
  const path = tenant === undefined ? folder.platformLog : folder.batchAppLog(tenant);
  const shown = (line: string) => (json ? line : logLine(line, (style, text) => terminal.paint(style, text)));
  if (follow) {
    await followLog(path, (line) => terminal.print(shown(line)), signal, { lines });
    return exitStatus.done;
  }
  const tail = await tailLog(path, { lines });
  if (tail.length > 0) terminal.print(...tail.map(shown));
  else if (lines > 0) terminal.note('The log is empty: nothing has happened yet.');
  return exitStatus.done;
}
