import { wasStopped } from '../../api/location.ts';
import { PlatformError } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus, TenantStatus } from '../../protocol/management.ts';
import type { CliEnvironment } from '../command-context.ts';
import { exitStatus } from '../errors.ts';
import { count } from '../terminal/figures.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printable } from '../terminal/text.ts';
import { demandView, silentView, type DemandView } from './demand-view.ts';
import { reachPlane } from './reach-plane.ts';
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
  let told: IngestionRecord[] = [];
  const keeping: DemandView = {
    update: (status) => {
      told.push(...status.records);
      view.update(status);
    },
    note: (line) => view.note(line),
    end: () => view.end(),
  };
  for (;;) {
    const { plane, location, leave } = await reachPlane(folder, view, signal);
    try {
      const result = await demandOf(plane, demand, keeping, signal);
      return { ...result, records: told, own: location === undefined };
    } catch (error) {
      // The platform of another batch run ends with that one: what is left of this one goes on in the next.
      const isTakenOver = location && isUnreachable(error) && !signal.aborted && !(await wasStopped(folder, location));
      if (!isTakenOver) throw error;
      // Of what stays in staging the next one tells again.
      told = told.filter(({ location }) => location?.startsWith('tenants/') !== true);
    } finally {
      await leave();
    }
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
  const { tenants } = await plane.status().catch((error: unknown) => {
    // It was for another batch run, which is over too.
    if (isUnreachable(error)) return { tenants: [] };
    throw error;
  });
  const problems = tenants.filter(
    ({ tenant, registered, enabled, problem }) =>
      problem !== null && (demand.tenant === undefined ? registered && enabled : demand.tenant === tenant),
  );
  return { ...watched, problems };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'unreachable';
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
