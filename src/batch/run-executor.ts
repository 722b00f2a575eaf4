import { faultOf, type Fault } from '../foundation/errors.ts';
import type { IngestionLogs } from '../records/ingestion-logs.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { OpenRun } from '../records/open-runs.ts';
import type { ActiveRuns } from './active-runs.ts';
import { LiveRun } from './active-runs.ts';
import type { Execution, ExecutionPorts, RunResult } from './batch-run-execution.ts';
import { BatchRunExecution } from './batch-run-execution.ts';
import { silentRunner } from './faults.ts';
import { mostAttempts, retryDelayMs } from './retry.ts';
import { cancelledVerdict, isWaitedFor } from './run-outcome.ts';
import { filesOf, type RunPlan, type RunVerdict } from './run-plan.ts';

/** What an attempt at a run leads to. */
export type Attempt =
  /** The run is over and recorded. */
  | { kind: 'over' }
  /** It is to be tried again, after so many milliseconds. */
  | { kind: 'again'; run: OpenRun; plan: RunPlan; delayMs: number }
  /** It stays open until the platform, which is stopping, starts again. */
  | { kind: 'open' };

/** When it is tried again what the disk has no room for, most likely: to go on, or to record an end. Milliseconds. */
const againMs = 10_000;

export interface ExecutorPorts extends ExecutionPorts {
  metadata: MetadataStore;
  logs: IngestionLogs;
  runs: ActiveRuns;
  /** Whether the platform is about to stop: what is cut off then is left for the next start. */
  stopping: () => boolean;
  /** Told what became of a run and its files, once that is recorded. */
  closed: (run: OpenRun, result: RunResult) => void;
}

/** Makes attempts at open runs, and records their ends. */
export class RunExecutor {
  readonly #ports: ExecutorPorts;
  /** Runs whose processes may be there. */
  readonly #executions = new Map<string, { execution: BatchRunExecution; run: OpenRun; plan: RunPlan }>();

  constructor(ports: ExecutorPorts) {
    this.#ports = ports;
  }

  /** Ends the processes of a run at once; nothing happens when it is not being executed. */
  async kill(runId: string, why?: Fault): Promise<void> {
    await this.#executions.get(runId)?.execution.kill(why);
  }

  /** Whether the run has not come to an end that only has to be recorded. */
  isExecuting(runId: string): boolean {
    return this.#executions.has(runId);
  }

  /** Makes durable that a run is cancelled: a control plane that starts later would otherwise go on with it. */
  async cancel(runId: string): Promise<void> {
    const executed = this.#executions.get(runId);
    if (!executed) return;
    const { run, plan } = executed;
    await this.#ports.metadata.openRun({ ...run, job: { ...plan, verdict: cancelledVerdict() } });
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#executions.values()].map(({ execution }) => execution.kill()));
  }

  /** Makes one attempt; `begun` is told when the run is among the active ones, where it stays. Never rejects. */
  async attempt(run: OpenRun, plan: RunPlan, begun: () => void): Promise<Attempt> {
    const { logs, runs, stopping } = this.#ports;
    const { runId, batchNumber, tenant, app, startedAt } = run;
    const facts = { runId, batchNumber, tenant, app, startedAt, files: filesOf(plan) };
    const live = new LiveRun(facts, plan.job?.rate ?? { rowsPerSecond: null, bytesPerSecond: null });
    const execution = new BatchRunExecution(run, plan, live, this.#ports);
    runs.add(live);
    this.#executions.set(runId, { execution, run, plan });
    begun();
    let { verdict, used } = plan;
    try {
      if (!verdict) {
        const outcome = await execution.execute();
        ({ used } = outcome);
        if (outcome.kind === 'interrupted' && stopping()) return { kind: 'open' };
        const next =
          outcome.kind === 'over'
            ? outcome.verdict
            : live.cancelled
              ? cancelledVerdict()
              : await this.#again(execution, run, { ...plan, used }, outcome);
        // It may have been cancelled while that was decided.
        if ('kind' in next && !live.cancelled) return next;
        verdict = 'kind' in next ? cancelledVerdict() : next;
      }
      return await this.#settle(execution, run, { ...plan, verdict, used }, verdict);
    } catch (error) {
      const fault = faultOf(error);
      logs.platform('error', 'run-not-recorded', { runId, tenant, app, ...fault });
      verdict = live.cancelled ? cancelledVerdict() : plan.verdict;
      return { kind: 'again', run, plan: { ...plan, blocked: fault, verdict, used }, delayMs: againMs };
    } finally {
      this.#executions.delete(runId);
    }
  }

  /** Decides on the next attempt at a run that was cut off; gives a verdict when attempts come no further. */
  async #again(
    execution: BatchRunExecution,
    run: OpenRun,
    plan: RunPlan,
    { cause, furthest }: Extract<Execution, { kind: 'interrupted' }>,
  ): Promise<Attempt | RunVerdict> {
    const { metadata, logs } = this.#ports;
    const { runId, tenant, app } = run;
    // Attempts count from the last one that came further than any before; with a runner that gets stuck all of them count, or a
    // file that it creeps through would hold up its tenant for hours.
    const attempts = furthest > plan.furthest && cause?.code !== silentRunner ? 1 : run.attempts;
    const last = attempts >= mostAttempts;
    if (last && !isWaitedFor(cause)) return execution.giveUp(cause);
    const next = { ...plan, furthest, blocked: last ? cause : null, cutOff: cause };
    const again = { ...run, attempts: last ? attempts : attempts + 1, job: next };
    const delayMs = last ? againMs : Math.round(retryDelayMs(attempts, Math.random()));
    logs.platform(last ? 'error' : 'warn', 'run-cut-off', { runId, tenant, app, attempts, delayMs, cause });
    await metadata.openRun(again);
    return { kind: 'again', run: again, plan: next, delayMs };
  }

  /**
   * Moves the files of a run that is over and records it. The verdict is durable first: a crash, or a full disk, between the
   * moves leads to the same end later.
   */
  async #settle(execution: BatchRunExecution, run: OpenRun, plan: RunPlan, verdict: RunVerdict): Promise<Attempt> {
    const { metadata, logs, closed } = this.#ports;
    // Its processes are gone, and what it is by now is not changed by a late demand to cancel it.
    this.#executions.delete(run.runId);
    const settling = { ...run, job: plan };
    await metadata.openRun(settling);
    let isEmptied = false;
    try {
      const result = await execution.settle(plan, verdict);
      const { record, files, returned, kept } = result;
      const isBack = (name: string) => returned.has(name) || kept.has(name);
      const bytes = -(plan.job?.files ?? []).reduce((sum, { name, size }) => sum + (isBack(name) ? size : 0), 0);
      await metadata.closeRun(record, files, { day: plan.day, bytes });
      for (const file of files) logs.tenantRecord(file);
      logs.run(record);
      isEmptied = kept.size === 0;
      closed(run, result);
    } catch (error) {
      const { runId, tenant, app } = run;
      logs.platform('error', 'run-not-settled', { runId, tenant, app, ...faultOf(error) });
      return { kind: 'again', run: settling, plan, delayMs: againMs };
    }
    // It is recorded: what is left of its folder is cleared away by a later start.
    if (isEmptied) {
      await execution.cleanUp().catch((error: unknown) => {
        logs.platform('warn', 'run-folder-not-removed', { runId: run.runId, tenant: run.tenant, ...faultOf(error) });
      });
    }
    return { kind: 'over' };
  }
}
