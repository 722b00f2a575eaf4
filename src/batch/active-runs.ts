import { WakeUps } from '../foundation/wake-ups.ts';
import type { RateLimit } from '../protocol/jobs.ts';
import type { ActiveRun } from '../protocol/management.ts';
import type { Directives, RunReport } from '../protocol/reports.ts';
import { runNotFound } from './faults.ts';

/** What is fixed about a run from its beginning. */
type RunFacts = Pick<ActiveRun, 'runId' | 'batchNumber' | 'tenant' | 'app' | 'startedAt' | 'files'>;

/** A run that is being executed: its newest report, and what the control plane wants of it. */
export class LiveRun {
  readonly facts: RunFacts;
  /** When the runner last said or asked anything; milliseconds, monotonic. */
  heardAt = performance.now();
  /** Whether its rate was set by hand: sharing leaves it alone. */
  rateIsSet = false;
  /** Whether it was cancelled by a person. */
  cancelled = false;
  #directives: Directives;
  #report: ActiveRun['report'] = null;
  readonly #changed = new WakeUps();

  constructor(facts: RunFacts, rate: RateLimit) {
    this.facts = facts;
    this.#directives = { version: 1, rate, drain: false, stop: false };
  }

  get directives(): Directives {
    return this.#directives;
  }

  /** Takes effect in the runner within a second: whoever polls is answered at once. */
  direct(change: Partial<Omit<Directives, 'version'>>): Directives {
    this.#directives = { ...this.#directives, ...change, version: this.#directives.version + 1 };
    this.#changed.wakeAll();
    return this.#directives;
  }

  /** Keeps the newest report. @returns the directives, as every answer does */
  accept(report: RunReport): Directives {
    this.heardAt = performance.now();
    if (report.sequence >= (this.#report?.sequence ?? 0)) this.#report = withoutLog(report);
    return this.#directives;
  }

  /** Resolves when the directives are newer than `after`, after `waitMs`, or when the signal aborts. */
  async newerThan(after: number, waitMs: number, signal: AbortSignal): Promise<Directives> {
    this.heardAt = performance.now();
    if (this.#directives.version <= after) await this.#changed.wait(waitMs, signal);
    return this.#directives;
  }

  status(): ActiveRun {
    return { ...this.facts, rate: this.#directives.rate, report: this.#report };
  }
}

/** Log lines are in the log by now; the status tells what is. */
function withoutLog(report: RunReport): ActiveRun['report'] {
  return Object.fromEntries(
    Object.entries(report).filter(([key]) => key !== 'log' && key !== 'logDropped'),
  ) as unknown as ActiveRun['report'];
}

/** The runs that are being executed, by id. */
export class ActiveRuns {
  readonly #runs = new Map<string, LiveRun>();

  add(run: LiveRun): void {
    this.#runs.set(run.facts.runId, run);
  }

  remove(runId: string): void {
    this.#runs.delete(runId);
  }

  /** @throws PlatformError RUN_NOT_FOUND */
  get(runId: string): LiveRun {
    const run = this.#runs.get(runId);
    if (!run) throw runNotFound(runId);
    return run;
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  all(): LiveRun[] {
    return [...this.#runs.values()];
  }

  of(tenant: string): LiveRun[] {
    return this.all().filter((run) => run.facts.tenant === tenant);
  }

  get count(): number {
    return this.#runs.size;
  }
}
