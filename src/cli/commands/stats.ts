import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function addStatsCommand(program: Command, context: CommandContext): void {
  program
    .command('stats [tenant]')
    .description('statistics over everything that was ingested, by tenant, app and day')
    .option('--json', 'one JSON object')
    .action(
      context.action(async (tenant: string | undefined, { json }: { json?: boolean }) => {
        const folder = await context.platformFolder();
        const { showStatistics } = await import('../show-statistics.ts');
        return showStatistics(context, folder, tenant, json ?? false);
      }),
    );
}
