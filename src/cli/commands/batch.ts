import type { Command } from 'commander';
import { mostRecords } from '../../batch/sample/sample-job.ts';
import { wholeNumber } from '../arguments.ts';
import type { SampleOptions } from '../batch-sample/run-sample.ts';
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
  batch
    .command('cancel <run>')
    .description('end a run for good, one that waits for its next attempt too; its files go to quarantine')
    .action(
      context.action(async (runId: string) => {
        const folder = await context.platformFolder();
        const { cancelRun } = await import('../cancel-run.ts');
        return cancelRun(context, folder, runId);
      }),
    );
  batch
    .command('sample <tenant>')
    .description('show what an app makes of the first records of a file: in, out, rejected; nothing is stored')
    .option('--app <app>', 'the app (default: the first of the profile)')
    .option('--file <file>', 'the file (default: the newest in staging that the app takes, or of the past)')
    .option('--records <n>', 'how many records, at most 1000 (default: 50)', wholeNumber(1, mostRecords))
    .option('--json', 'one JSON object instead of a table')
    .action(
      context.action(async (tenant: string, options: SampleOptions) => {
        const folder = await context.platformFolder();
        const { runSample } = await import('../batch-sample/run-sample.ts');
        return runSample(context, folder, tenant, options);
      }),
    );
}
