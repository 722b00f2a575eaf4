import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command-context.ts';

export function addLogsCommand(program: Command, context: CommandContext): void {
  program
    .command('logs [tenant]')
    .description('show the log of a tenant (its files, runs and apps), or of the platform')
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .option('--lines <n>', 'newest lines to begin with', wholeNumber(0, 100_000), 50)
    .option('--json', 'JSON lines, as they are stored')
    .action(
      context.action(
        async (tenant: string | undefined, options: { follow?: boolean; lines: number; json?: boolean }) => {
          const folder = await context.platformFolder();
          const { showLog } = await import('../show-log.ts');
          return showLog(context, folder, tenant, options);
        },
      ),
    );
}
