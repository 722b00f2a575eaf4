import { PlatformError, faultOf } from '../foundation/errors.ts';
import { Revision } from '../foundation/revision.ts';
import { pause } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { ProcessWatcher } from '../processes/process-watcher.ts';
import type { CoreDmsAccess } from '../coredms/connect.ts';
import type { BatchJob, CoreDmsTarget, RateLimit } from '../protocol/jobs.ts';
import type { TenantStatus } from '../protocol/management.ts';
import type { Directives, RunReport } from '../protocol/reports.ts';
import type { IngestionLogs } from '../records/ingestion-logs.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { OpenRun } from '../records/open-runs.ts';
import type { PlatformSettings } from '../tenants/effective-profile.ts';
import { namesAlike } from './admission.ts';
import { ActiveRuns } from './active-runs.ts';
import { applyRates, ratesOfRuns } from './capacity.ts';
import { EarlierRuns } from './earlier-runs.ts';
import { runnerSilent, runOver, tenantBusy, tenantUnknownNow } from './faults.ts';
import { Demands } from './demands.ts';
import type { FileHasher } from './file-hash.ts';
import type { NextRun } from './next-run.ts';
import { RunChooser } from './next-run.ts';
import { Preparations } from './preparations.ts';
import { RunExecutor } from './run-executor.ts';
import { RunInPreparation } from './run-in-preparation.ts';
import { bytesOf, type RunPlan } from './run-plan.ts';
import type { Retry, TenantStanding } from './tenant-desk.ts';
import { TenantDesk } from './tenant-desk.ts';

/** How often staging is looked at though nothing was noticed: some file systems tell no changes. Milliseconds. */
const rescanMs = 30_000;
/** How often the platform looks for runners that are silent, and how long that is. Milliseconds. */
const hearingMs = 5_000;
const silenceMs = 60_000;
/** How long a run keeps a place while it is prepared: most are ready by then, and begin in the order of turns. Milliseconds. */
const briefMs = 250;
/** How long runs may take to drain when the platform stops. Milliseconds. */
const drainMs = 15_000;
/** How long a runner may take to follow a stop. Milliseconds. */
const stopMs = 5_000;

export interface BatchManagerPorts {
  folder: PlatformFolder;
  metadata: MetadataStore;
  logs: IngestionLogs;
  hasher: FileHasher;
  watcher: ProcessWatcher;
  /** Where the tenant's keyspace is. */
  coreDmsOf: (tenant: string) => CoreDmsTarget;
  /** The tenant's keyspace, which is there when this resolves, and how to get in. */
  coreDmsAccess: (tenant: string) => Promise<CoreDmsAccess>;
  /** Has the next access look whether the keyspace is still there. */
  doubtCoreDms: (tenant: string) => void;
  /** A token that can only report for the tenant. */
  tokenOf: (tenant: string) => string;
  controlPlane: () => NonNullable<BatchJob['controlPlane']>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * mysimbdp-batchingestmanager: decides which files go into a run, and when; has runs executed; settles what became of them.
 * Tenants take turns, so nobody waits behind another's backlog.
 */
export class BatchManager implements AsyncDisposer {
  readonly runs = new ActiveRuns();
  /** Of everything that the status tells. */
  readonly revision = new Revision();
  readonly demands: Demands;
  readonly #ports: BatchManagerPorts;
  readonly #desks = new Map<string, TenantDesk>();
  readonly #executor: RunExecutor;
  readonly #preparations: Preparations;
  /** Everything that is under way; awaited at the end. */
  readonly #work = new Set<Promise<void>>();
  readonly #rescan: NodeJS.Timeout;
  readonly #hearing: NodeJS.Timeout;
  #settings: PlatformSettings | undefined;
  /** Whether it is known what the platform folder says. */
  #isTold = false;
  #recordedRuns = 0;
  readonly #chooser = new RunChooser();
  #dispatching: NodeJS.Immediate | undefined;
  readonly #stop = new AbortController();

  constructor(ports: BatchManagerPorts) {
    this.#ports = ports;
    this.demands = new Demands({ desks: this.#desks, runs: this.runs, now: ports.now });
    this.#executor = new RunExecutor({
      ...ports,
      runs: this.runs,
      stopping: () => this.#stopping,
      namesAlike: (tenant) => namesAlike(this.#desks.get(tenant)?.lastProfile ?? null),
      closed: (run, { record, files, returned, kept }) => {
        this.#recordedRuns++;
        for (const [file, problem] of kept) {
          ports.logs.platform('warn', 'file-not-returned', { tenant: run.tenant, runId: run.runId, file, ...problem });
          this.#desk(run.tenant).intake.leaveBehind(run.runId, problem);
        }
        this.#desks.get(run.tenant)?.due.giveBack(run.app, run.trigger, returned.values());
        this.demands.closed(record, files);
        this.demands.renamed(run.tenant, run.app, returned);
        this.revision.changed();
      },
    });
    this.#preparations = new Preparations({
      ...ports,
      demands: this.demands,
      track: (work) => this.#track(work),
      stopping: () => this.#stopping,
    });
    this.#rescan = setInterval(() => this.#lookAtAll(), rescanMs);
    this.#rescan.unref();
    this.#hearing = setInterval(() => this.#endSilent(), hearingMs);
    this.#hearing.unref();
  }

  /** Takes over what the platform folder says now. Runs go on with the profile that they began with. */
  apply(settings: PlatformSettings | undefined, tenants: ReadonlyMap<string, TenantStanding>): void {
    // With errors in mysimbdp.yaml the platform goes on as it was.
    if (settings) this.#settings = settings;
    this.#isTold = true;
    for (const [tenant, standing] of tenants) this.#desk(tenant).apply(standing, this.#timeZone());
    for (const [tenant, desk] of this.#desks) {
      if (tenants.has(tenant)) continue;
      desk.apply(
        { registered: false, enabled: false, profile: null, problem: tenantUnknownNow(tenant) },
        this.#timeZone(),
      );
      // What the tenant has under way is brought to its end, and what is left of its files is told.
      if (desk.isBusy || desk.retries.size > 0 || desk.intake.leftBehind) continue;
      desk.due.clear();
      desk.dispose();
      this.#desks.delete(tenant);
    }
    this.#shareCapacity();
    for (const desk of this.#desks.values()) desk.looks.now();
  }

  /**
   * Resumes the runs that an earlier control plane left open, and returns files that no run knows of.
   * @param signal ends it between two runs or files; what is left is done by the next start
   */
  async recover(signal?: AbortSignal): Promise<void> {
    const earlier = new EarlierRuns(this.#ports);
    const { retries, left } = await earlier.takeOver(signal);
    for (const { tenant, runId, problem } of left) this.#desk(tenant).intake.leaveBehind(runId, problem);
    for (const { tenant, app } of await this.#ports.metadata.dueApps()) this.#desk(tenant).due.ask(app, 'cron');
    for (const retry of retries) {
      this.#desk(retry.run.tenant).retries.add(retry);
      this.#track(earlier.release(retry, () => this.#dispatchSoon(), this.#stop.signal));
    }
  }

  stagingChanged(tenant: string): void {
    if (!this.#stopping) this.#desks.get(tenant)?.looks.soon();
  }

  #lookAtAll(): void {
    for (const desk of this.#desks.values()) desk.looks.soon();
  }

  /** Keeps a runner's report and gives its app's words to the tenant's log. @throws PlatformError RUN_NOT_FOUND */
  accept(runId: string, report: RunReport): Directives {
    const run = this.runs.get(runId);
    const { tenant, app } = run.facts;
    if (report.log.length > 0 || report.logDropped > 0) {
      this.#ports.logs.appLines(tenant, app, runId, report.log, report.logDropped);
    }
    this.revision.changed();
    return run.accept(report);
  }

  setRate(runId: string, rate: RateLimit): Directives {
    const run = this.runs.get(runId);
    run.rateIsSet = true;
    const directives = run.direct({ rate });
    this.#shareCapacity();
    return directives;
  }

  /**
   * Ends a run for good, also one that is being prepared, or waits for its next attempt; its files go to quarantine, from where
   * they can be staged again. Resolves when that is durable. @throws PlatformError RUN_NOT_FOUND, RUN_OVER
   */
  async cancel(runId: string): Promise<void> {
    for (const desk of this.#desks.values()) {
      if (desk.preparing?.runId === runId && (await desk.preparing.cancel())) return;
      const retry = desk.cancelRetry(runId);
      if (!retry) continue;
      await this.#ports.metadata.openRun({ ...retry.run, job: retry.plan });
      this.#dispatchSoon();
      return;
    }
    const run = this.runs.get(runId);
    if (!this.#executor.isExecuting(runId)) throw runOver(runId);
    run.cancelled = true;
    run.direct({ stop: true });
    const durable = this.#executor.cancel(runId);
    this.#track(
      pause(stopMs).then(async () => {
        // The same run, should a later one have its id: ids are never given twice.
        await this.#executor.kill(runId);
      }),
    );
    await durable;
  }

  /**
   * Does `work` while nothing of the tenant is under way and nothing can begin. @throws PlatformError TENANT_BUSY
   * @param work is given what resolves when nobody looks at the tenant's staging; to be called once it may not ingest any more
   */
  async whileIdle(tenant: string, work: (looked: () => Promise<void>) => Promise<void>): Promise<void> {
    const desk = this.#desks.get(tenant);
    if (!desk) return work(() => Promise.resolve());
    const [run] = this.runs.of(tenant);
    const [retry] = desk.retries;
    if (desk.isBusy || retry) {
      throw tenantBusy(tenant, run?.facts.runId ?? retry?.run.runId ?? desk.preparing?.runId);
    }
    desk.closed = true;
    try {
      await work(() => desk.looks.over());
    } finally {
      desk.closed = false;
      if (!this.#stopping && this.#desks.get(tenant) === desk) desk.looks.now();
    }
  }

  /** What is recorded of runs is not what it was: whoever shows it looks again. */
  recordsDeleted(): void {
    this.#recordedRuns++;
    this.revision.changed();
  }

  tenantStatus(): TenantStatus[] {
    return [...this.#desks.values()]
      .sort((a, b) => (a.tenant < b.tenant ? -1 : 1))
      .map((desk) => desk.status(this.runs.of(desk.tenant).reduce((sum, run) => sum + run.facts.files.length, 0)));
  }

  /** Starts nothing more, lets runs drain, ends what does not. What is cut off stays open and is resumed by the next start. */
  async dispose(): Promise<void> {
    this.#stop.abort(new Error('the platform stops'));
    clearInterval(this.#rescan);
    clearInterval(this.#hearing);
    clearImmediate(this.#dispatching);
    for (const desk of this.#desks.values()) desk.dispose();
    for (const run of this.runs.all()) run.direct({ drain: true });
    const stopped = new AbortController();
    const kill = pause(drainMs, stopped.signal).then(
      () => this.#executor.killAll(),
      () => undefined,
    );
    while (this.#work.size > 0) await Promise.race(this.#work);
    stopped.abort();
    await kill;
  }

  #desk(tenant: string): TenantDesk {
    let desk = this.#desks.get(tenant);
    if (!desk) {
      desk = new TenantDesk(
        tenant,
        {
          ...this.#ports,
          timeZone: () => this.#timeZone(),
          isUnderWay: (runId) => this.runs.has(runId) || this.#desks.get(tenant)?.hasRetry(runId) === true,
          isBlocked: (runId) => this.#desks.get(tenant)?.isBlocked(runId) === true,
          movedAway: (record) => this.demands.movedAway(record),
        },
        () => this.#dispatchSoon(),
        (error) => this.#ports.logs.platform('error', 'staging-scan-failed', { tenant, ...faultOf(error) }),
      );
      this.#desks.set(tenant, desk);
    }
    return desk;
  }

  /** Grows with each run that comes to its end, and when records are deleted. */
  get recordedRuns(): number {
    return this.#recordedRuns;
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  #timeZone(): string {
    return this.#settings?.timeZone ?? 'UTC';
  }

  /** Starts what can be started, once for all the reasons that come up at a time. */
  #dispatchSoon(): void {
    this.#dispatching ??= setImmediate(() => {
      this.#dispatching = undefined;
      try {
        this.#dispatch();
      } catch (error) {
        this.#tellFault(error);
      }
    });
  }

  /** Starts runs as long as there is room, tenant by tenant as their turns come. */
  #dispatch(): void {
    // Also to settle a run: files that go back may need the profile.
    if (!this.#isTold) return;
    const most = this.#settings?.limits.concurrentRuns ?? 0;
    for (const desk of this.#stopping ? [] : this.#desks.values()) {
      for (const retry of desk.dueSettlements(this.#ports.now())) this.#retry(desk, retry, 0);
    }
    while (!this.#stopping) {
      const next = this.#chooser.next(this.#desks.values(), most, this.#ports.now());
      if (!next) break;
      if (next.kind === 'new') this.#begin(next);
      else this.#retry(next.desk, next.retry, next.places);
    }
    this.demands.finishWhatIsDone();
    this.revision.changed();
  }

  #begin(next: Extract<NextRun, { kind: 'new' }>): void {
    const { desk, profile, app, among } = next;
    const files = desk.intake.reserve(app.name, profile.batch.files.maxFiles, among);
    const names = files.map(({ name }) => name);
    desk.due.take(app.name, names);
    for (const name of names) desk.taken.add(name);
    desk.preparing = new RunInPreparation(app.name, files, () => this.revision.changed(), this.#stop.signal);
    this.#track(this.#prepare(next, desk.preparing));
  }

  /**
   * Prepares a run of reserved files and has it executed. It has a place from the start, unless that takes long: then others
   * have it meanwhile, and the run waits for its turn when it is ready.
   */
  async #prepare(next: Extract<NextRun, { kind: 'new' }>, preparation: RunInPreparation): Promise<void> {
    const { desk, profile, app, trigger, places } = next;
    const place = { isHeld: true };
    desk.begin(app.name, places);
    const rate = this.#rates().get(desk.tenant) ?? { rowsPerSecond: null, bytesPerSecond: null };
    const leavePlace = () => {
      if (place.isHeld) desk.end(app.name, places);
      place.isHeld = false;
      this.#shareCapacity();
      this.#dispatchSoon();
    };
    const late = setTimeout(leavePlace, briefMs);
    const prepared = await this.#preparations.prepare(desk, profile, app, preparation, { trigger, places, rate });
    clearTimeout(late);
    desk.preparing = null;
    const isOver = prepared?.plan.verdict != null;
    if (prepared && place.isHeld && !isOver && !this.#stopping) {
      this.#chooser.charge(desk.tenant, bytesOf(prepared.plan));
      this.#track(this.#execute(desk, prepared.run, prepared.plan, places));
    } else {
      leavePlace();
      // A run that was prepared too late is open, and resumed by the next start of the platform.
      if (prepared && !this.#stopping) {
        if (isOver) this.#retry(desk, { ...prepared, at: 0 }, 0);
        else desk.retries.add({ ...prepared, at: 0, toCharge: bytesOf(prepared.plan) });
      }
    }
    preparation.end(isOver);
  }

  #retry(desk: TenantDesk, retry: Retry, places: number): void {
    // Those of one that goes on were charged when it began.
    this.#chooser.charge(desk.tenant, retry.toCharge ?? 0);
    desk.retries.delete(retry);
    desk.begin(retry.run.app, places);
    this.#track(this.#execute(desk, retry.run, retry.plan, places));
  }

  /** A runner that neither reports nor asks is stuck: it is ended, and its run tried again. */
  #endSilent(): void {
    for (const { facts, heardAt } of this.runs.all()) {
      if (performance.now() - heardAt < silenceMs) continue;
      this.#ports.logs.platform('error', 'runner-silent', { runId: facts.runId, tenant: facts.tenant });
      this.#track(this.#executor.kill(facts.runId, runnerSilent(silenceMs)));
    }
  }

  /** Makes one attempt at an open run; the desk counts it as running from before the call. */
  async #execute(desk: TenantDesk, run: OpenRun, plan: RunPlan, places: number): Promise<void> {
    const attempt = await this.#executor.attempt(run, plan, () => this.#shareCapacity());
    if (attempt.kind === 'again') {
      const { delayMs } = attempt;
      desk.retryLater({ run: attempt.run, plan: attempt.plan, at: this.#ports.now() + delayMs, delayMs });
    }
    this.runs.remove(run.runId);
    desk.end(run.app, places);
    this.#shareCapacity();
    // Its place is for whoever is next, now: what it has put back into staging is seen in time.
    desk.looks.owe();
    this.#dispatchSoon();
  }

  /** With more active tenants each one's runs are slowed down, and sped up again when others finish. */
  #shareCapacity(): void {
    this.revision.changed();
    applyRates(this.runs, this.#rates());
  }

  #rates(): Map<string, RateLimit> {
    const { capacity } = this.#settings ?? { capacity: { rowsPerSecond: null, mbPerSecond: null } };
    return ratesOfRuns(this.#desks.values(), this.runs, capacity);
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => this.#tellFault(error)).finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  /** Something that should never fail did; the platform goes on for all the others. */
  #tellFault(error: unknown): void {
    this.#ports.logs.platform('error', 'batch-manager-fault', {
      ...faultOf(error),
      stack: error instanceof PlatformError ? undefined : (error as Error).stack,
    });
  }
}
