import { pause } from '../foundation/deadlines.ts';
import type { Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { ProcessWatcher } from '../processes/process-watcher.ts';
import type { IngestionLogs } from '../records/ingestion-logs.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { OpenRun } from '../records/open-runs.ts';
import { earlierRunnerThere } from './faults.ts';
import { endEarlierRunner, returnOrphans } from './recovery.ts';
import { runPlan } from './run-plan.ts';
import type { Retry } from './tenant-desk.ts';

/** When it is tried again to end a runner of an earlier control plane. Milliseconds. */
const againMs = 10_000;

interface EarlierRunsPorts {
  folder: PlatformFolder;
  metadata: MetadataStore;
  logs: IngestionLogs;
  watcher: ProcessWatcher;
}

interface LeftFile {
  tenant: string;
  runId: string;
  problem: Fault;
}

/** The runs that an earlier control plane has left open. */
export class EarlierRuns {
  readonly #ports: EarlierRunsPorts;

  constructor(ports: EarlierRunsPorts) {
    this.#ports = ports;
  }

  /**
   * Gives up the runs that nobody can go on with, and returns files that no run knows of.
   * @param signal ends it between two runs or files; what is left is done by the next start
   * @returns the others, held until they are released; and files that had to stay with their runs
   */
  async takeOver(signal?: AbortSignal): Promise<{ retries: Retry[]; left: LeftFile[] }> {
    const { metadata, folder, logs } = this.#ports;
    const retries: Retry[] = [];
    const left: LeftFile[] = [];
    const open = new Set<string>();
    for (const run of await metadata.openRuns()) {
      signal?.throwIfAborted();
      const plan = runPlan.safeParse(run.job);
      if (plan.success) retries.push({ run: { ...run, recovered: true }, plan: plan.data, at: 0, held: true });
      if (plan.success || !(await this.#forget(run, signal))) open.add(run.runId);
    }
    for (const { tenant, runId, file, name, problem } of await returnOrphans(folder, open, signal)) {
      if (problem) {
        left.push({ tenant, runId, problem });
        logs.platform('error', 'file-not-returned', { tenant, runId, file, ...problem });
      } else logs.platform('warn', 'file-returned', { tenant, runId, file, name });
    }
    return { retries, left };
  }

  /**
   * Gives up a run that another version of the platform has written: its files begin anew, and what they stored already is
   * overwritten, not doubled.
   * @returns false when its runner is still there: the run is left alone until the next start
   */
  async #forget({ runId, tenant, app }: OpenRun, signal?: AbortSignal): Promise<boolean> {
    const { metadata, folder, logs, watcher } = this.#ports;
    if (!(await endEarlierRunner(folder, tenant, runId, watcher, signal))) {
      logs.platform('error', 'earlier-runner-not-ended', { runId, tenant, app });
      return false;
    }
    await metadata.dropRun(runId);
    logs.platform('warn', 'run-forgotten', { runId, tenant });
    return true;
  }

  /**
   * Lets a run go on, in its turn, once its runner is gone.
   * @param changed told when it is known that it cannot yet, and when it can
   * @param stop aborted when the platform stops: the run is open then, and a matter of the next start
   */
  async release(retry: Retry, changed: () => void, stop: AbortSignal): Promise<void> {
    const { runId, tenant, app } = retry.run;
    const { folder, logs, watcher } = this.#ports;
    const { blocked } = retry.plan;
    while (!(await endEarlierRunner(folder, tenant, runId, watcher))) {
      logs.platform('error', 'earlier-runner-not-ended', { runId, tenant, app });
      retry.plan = { ...retry.plan, blocked: earlierRunnerThere(runId) };
      changed();
      await pause(againMs, stop).catch(() => undefined);
      if (stop.aborted) return;
    }
    logs.platform('info', 'run-recovered', { runId, tenant, app });
    retry.plan = { ...retry.plan, blocked };
    retry.held = false;
    changed();
  }
}
