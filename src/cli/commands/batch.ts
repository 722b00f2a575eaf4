import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function addBatchCommand(program: Command, context: CommandContext): void {
  const batch = program.command('batch').description('batch ingestion');
  batch
    .command('run [tenant]')
    .description('ingest what waits in staging now, of one tenant or all, and wait until it is done')
    .option('--app <app>', 'only the files of this app')
    .option('--json', 'one JSON object at the end instead of progress and tables')
    .action(
      context.action(async (tenant: string | undefined, { app, json }: { app?: string; json?: boolean }) => {
        const folder = await context.platformFolder();
        const { runBatch } = await import('../batch-run/run-batch.ts');
        const { status } = await runBatch(
          context,
          folder,
          { ...(tenant === undefined ? {} : { tenant }), ...(app === undefined ? {} : { app }) },
          json ?? false,
        );
        return status;
      }),
    );
}
