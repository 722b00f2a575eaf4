import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus, platformNotRunning } from './errors.ts';
import { runningPlatform } from './platform-access.ts';

/**
 * `mysimbdp batch cancel`: ends a run for good, also one that waits for its next attempt.
 * @throws PlatformError PLATFORM_NOT_RUNNING, RUN_NOT_FOUND
 */
export async function cancelRun({ terminal }: CliEnvironment, folder: PlatformFolder, runId: string): Promise<number> {
  const running = await runningPlatform(folder);
  if (!running) throw platformNotRunning(folder.root);
  await running.client.cancelRun(runId);
  terminal.print(
    `The run ${runId} is cancelled. What it has stored stays; its files go to quarantine, from where they can be run again.`,
  );
  return exitStatus.done;
}
