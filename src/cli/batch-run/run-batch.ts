import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus, TenantStatus } from '../../protocol/management.ts';
import type { CliEnvironment } from '../command-context.ts';
import { exitStatus } from '../errors.ts';
import { runningPlatform } from '../platform-access.ts';
import { count } from '../terminal/figures.ts';
import { notesOfServices } from '../terminal/service-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printable } from '../terminal/text.ts';
import { demandView, silentView, type DemandView } from './demand-view.ts';
import { rejectionsOf } from './rejections.ts';
import { namesOf } from './still-written.ts';
import { summaryLines } from './summary.ts';
import { totalsByTenant, totalsOf } from './totals.ts';
import { watchDemand, type BatchPlane } from './watch-demand.ts';

interface BatchResult extends Pick<DemandStatus, 'records' | 'further' | 'finished' | 'stillWritten'> {
  /** Tenants of the demand that cannot ingest now. */
  problems: TenantStatus[];
  /** Whether the platform was started for this run only. */
  own: boolean;
}

/**
 * `mysimbdp batch run`: through the platform that is up, else through one of its own that ends with it. Resolves with
 * the exit status and what became of the files.
 */
export async function runBatch(
  environment: CliEnvironment,
  folder: PlatformFolder,
  demand: BatchDemand,
  json: boolean,
): Promise<{ status: number; records: IngestionRecord[] }> {
  const { terminal, signal } = environment;
  const view = json ? silentView : demandView(terminal);
  const result = await ingest(folder, demand, view, signal);
  const rejections = await rejectionsOf(folder, result.records);
  const status = exitStatusOf(result);

  if (json) {
    const { records, further, finished, stillWritten, problems } = result;
    const tenants = Object.fromEntries(totalsByTenant(records));
    terminal.print(
      JSON.stringify({
        finished,
        exitStatus: status,
        total: totalsOf(records),
        ...(further ? { further } : {}),
        ...(stillWritten ? { stillWritten } : {}),
        tenants,
        rejections,
        problems,
        records,
      }),
    );
    return { status, records: result.records };
  }
  if (result.records.length === 0) {
    const nothingWaits = result.finished && !result.stillWritten && result.problems.length === 0;
    if (nothingWaits) terminal.print('Nothing was ingested: no file waits in staging.');
  } else terminal.print('', ...summaryLines(folder, result.records, rejections, terminal));
  if (result.further) {
    const files = Object.entries(result.further).map(([outcome, number]) => `${count(number)} ${outcome}`);
    terminal.note('', `Beside these: ${files.join(', ')}; "mysimbdp stats" counts them all.`);
  }
  noteStillWritten(terminal, result);
  noteProblems(terminal, result);
  return { status, records: result.records };
}

async function ingest(
  folder: PlatformFolder,
  demand: BatchDemand,
  view: DemandView,
  signal: AbortSignal,
): Promise<BatchResult> {
  const running = await runningPlatform(folder);
  if (running) return { ...(await demandOf(running.client, demand, view, signal)), own: false };

  const { startPlatform } = await import('../../platform/start-platform.ts');
  const platform = await startPlatform(folder, {
    signal,
    onServiceProgress: notesOfServices(view),
    log: (level, message) => {
      if (level === 'warn' || level === 'error') view.note(`${level.padEnd(5)} ${printable(message)}`);
    },
  });
  try {
    return { ...(await demandOf(platform.controlPlane, demand, view, signal)), own: true };
  } finally {
    await platform.stop({ unasked: true });
  }
}

async function demandOf(
  plane: BatchPlane,
  demand: BatchDemand,
  view: DemandView,
  signal: AbortSignal,
): Promise<Omit<BatchResult, 'own'>> {
  const watched = await watchDemand(plane, demand, view, signal);
  // A platform that is being ended in order has other things to do.
  if (!watched.finished) return { ...watched, problems: [] };
  const { tenants } = await plane.status();
  const problems = tenants.filter(
    ({ tenant, registered, enabled, problem }) =>
      problem !== null && (demand.tenant === undefined ? registered && enabled : demand.tenant === tenant),
  );
  return { ...watched, problems };
}

function exitStatusOf({ records, further, finished, stillWritten, problems }: BatchResult): number {
  if (!finished) return exitStatus.interrupted;
  const outcomes = [...records.map(({ outcome }) => outcome), ...Object.keys(further ?? {})];
  if (outcomes.some((outcome) => outcome === 'refused' || outcome === 'failed' || outcome === 'cancelled')) {
    return exitStatus.failures;
  }
  if (stillWritten) return exitStatus.failures;
  return problems.length > 0 ? exitStatus.usage : exitStatus.done;
}

function noteStillWritten(terminal: Terminal, { stillWritten, finished, own }: BatchResult): void {
  if (!finished || !stillWritten) return;
  terminal.note(
    '',
    `Not ingested, because still being written: ${namesOf(stillWritten)}`,
    own ? '  The next "mysimbdp batch run" takes it.' : '  The platform takes it once it is complete.',
  );
}

function noteProblems(terminal: Terminal, { problems, finished, own }: BatchResult): void {
  for (const { tenant, problem } of problems) {
    if (problem === null) continue;
    terminal.note('', printable(`${tenant} cannot ingest: ${problem.code} ${problem.message}`));
    if (problem.hint !== undefined) terminal.note(`  ${printable(problem.hint)}`);
  }
  if (finished) return;
  terminal.note(
    '',
    own
      ? 'Interrupted: what ran was drained and goes on from its checkpoint with the next "mysimbdp batch run".'
      : 'Interrupted: the platform goes on with it; see "mysimbdp status".',
  );
}
