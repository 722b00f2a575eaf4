import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command-context.ts';

interface LogOptions {
  follow?: boolean;
  lines: number;
  json?: boolean;
  service?: string;
}

export function addLogsCommand(program: Command, context: CommandContext): void {
  program
    .command('logs [tenant]')
    .description('show the log of a tenant (its files, runs and apps), of a service, or of the platform')
    .option(
      '--service <service>',
      'the log of a server, such as cassandra-1, as its container has it; external clusters keep theirs',
    )
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .option('--lines <n>', 'newest lines to begin with', wholeNumber(0, 100_000), 50)
    .option('--json', 'JSON lines, as they are stored')
    .action(
      context.action(async (tenant: string | undefined, options: LogOptions) => {
        const folder = await context.platformFolder();
        if (options.service !== undefined) {
          const { showServiceLog } = await import('../show-service-log.ts');
          return showServiceLog(context, folder, options.service, options);
        }
        const { showLog } = await import('../show-log.ts');
        return showLog(context, folder, tenant, options);
      }),
    );
}
