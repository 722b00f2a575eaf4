import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { confirmationNeeded, exitStatus } from '../errors.ts';

export function addDownCommand(program: Command, context: CommandContext): void {
  const { terminal, signal } = context;
  program
    .command('down')
    .description('stop the platform; runs are drained and go on with the next start, external clusters are left alone')
    .option(
      '--purge',
      'then delete .mysimbdp and what was made in Docker: ingested rows, archive, quarantine, logs (tenants/ stays)',
    )
    .option('--yes', 'do not ask before --purge')
    .action(
      context.action(async ({ purge, yes }: { purge?: boolean; yes?: boolean }) => {
        const folder = await context.platformFolder();
        if (purge && !yes) {
          const sure = await terminal.confirm(
            `Delete ${folder.state} and the containers of the platform, with all ingested rows, archived and quarantined files, and logs?`,
            signal,
          );
          if (sure === undefined) throw confirmationNeeded('--yes');
          if (!sure) {
            terminal.print('Nothing was changed.');
            return exitStatus.done;
          }
        }
        const { stopPlatform, purgeState, whileNobodyOwns } = await import('../stop-platform.ts');
        const stopped = await stopPlatform(folder, signal);
        terminal.print(stopped ? 'The platform is down.' : 'No platform is running here.');
        const { stopServices, removeServices } = await import('../left-services.ts');
        if (purge) {
          await whileNobodyOwns(folder, async () => terminal.print(...(await removeServices(folder))));
          await purgeState(folder);
          terminal.print(`Deleted ${folder.state}.`);
        } else if (!stopped) await whileNobodyOwns(folder, async () => terminal.print(...(await stopServices(folder))));
        return exitStatus.done;
      }),
    );
}
