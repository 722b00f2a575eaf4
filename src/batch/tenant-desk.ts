import type { Fault } from '../foundation/errors.ts';
import type { RunRecord } from '../protocol/ingestion-log.ts';
import type { PreparingRun, TenantStatus, WaitingRun } from '../protocol/management.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import { startSchedule } from '../tenants/schedule.ts';
import type { OpenRun } from '../records/open-runs.ts';
import { filesOf, type RunPlan } from './run-plan.ts';
import { cancelledVerdict } from './run-outcome.ts';
import { namesAlike } from './admission.ts';
import { DueApps } from './due-apps.ts';
import { Looks } from './looks.ts';
import type { RunInPreparation } from './run-in-preparation.ts';
import type { IntakePorts, WaitingFile } from './tenant-intake.ts';
import { runNotRecorded } from './faults.ts';
import { TenantIntake } from './tenant-intake.ts';

/** What is known of a tenant from the platform folder. */
export interface TenantStanding {
  registered: boolean;
  enabled: boolean;
  profile: TenantProfile | null;
  /** Why it cannot ingest; null when it can. */
  problem: Fault | null;
}

/** Runs that wait for their next attempt of which the status tells: more would only be a load on everybody. */
const mostRetries = 100;

/** An open run that is not being executed, and when it may be, in ms since the epoch: it was cut off, or has had no place yet. */
export interface Retry {
  run: OpenRun;
  plan: RunPlan;
  at: number;
  /** Bytes that its tenant is charged for when it begins; absent once it has. */
  toCharge?: number;
  /** How long it was to wait, in milliseconds. */
  delayMs?: number;
  /** Not before its earlier runner is gone. */
  held?: boolean;
}

/** Where one tenant's work is kept between the manager's decisions: what waits, what is due, what is being run. */
export class TenantDesk {
  readonly tenant: string;
  readonly intake: TenantIntake;
  /** At what is in staging. */
  readonly looks: Looks;
  readonly due: DueApps;
  standing: TenantStanding = { registered: false, enabled: false, profile: null, problem: null };
  /** What its runs are given their shares by, also while the profile has errors; null when it never was right. */
  lastProfile: TenantProfile | null = null;
  /** Files of staging that a run is taking. */
  readonly taken = new Set<string>();
  /** The run that is being prepared: one at a time, for each looks at what those before it have claimed. */
  preparing: RunInPreparation | null = null;
  /** Runs that have a place, by app. */
  readonly running = new Map<string, number>();
  /** Places of the platform's concurrent runs that its runs take. */
  places = 0;
  /** Nothing is begun: the tenant is being removed. */
  closed = false;
  /** Open runs that wait for their next attempt, or for a place for their first. */
  readonly retries = new Set<Retry>();
  /** When nothing is started after a failure of the platform, in ms since the epoch. */
  #pause = { from: 0, to: 0 };
  /** What the platform failed on lately; null once it could look at the tenant again after the pause. */
  #pauseCause: Fault | null = null;
  /** What ends each of the cron schedules. */
  #crons: (() => void)[] = [];
  #cronKey = '';
  readonly #now: () => number;
  readonly #changed: () => void;

  /**
   * @param changed told when something may be started now that could not before
   * @param failed told what goes wrong with a look at staging, or with noting what is due
   */
  constructor(tenant: string, ports: IntakePorts, changed: () => void, failed: (error: unknown) => void) {
    this.tenant = tenant;
    this.due = new DueApps((app, trigger) => {
      const { metadata } = ports;
      const noted = trigger === 'cron' ? metadata.noteDue({ tenant, app }) : metadata.dropDue({ tenant, app });
      // It is due all the same, until the platform ends.
      noted.catch(failed);
    });
    this.intake = new TenantIntake(tenant, ports);
    this.#now = ports.now;
    this.#changed = changed;
    this.looks = new Looks({
      look: () => this.#look(),
      looked: changed,
      failed,
      clock: () => performance.now(),
    });
  }

  /** Whether there is nothing to start, to go on with, or under way. */
  get idle(): boolean {
    return this.intake.waiting.length === 0 && this.retries.size === 0 && !this.isBusy;
  }

  /** Whether a run is being prepared or has a place. */
  get isBusy(): boolean {
    return this.preparing !== null || this.running.size > 0;
  }

  get runs(): number {
    let sum = 0;
    for (const count of this.running.values()) sum += count;
    return sum;
  }

  /**
   * Names of the files of an app (or of all) that are due, may be once they settle, are being taken, or wait for another
   * attempt.
   */
  filesInHand(app?: string): Set<string> {
    const names = new Set([...this.intake.namesInHand(app, (file) => this.#isDue(file)), ...this.taken]);
    for (const { run, plan } of this.retries) {
      // A run that is blocked, or is over and cannot be recorded, is a problem of the tenant, not something to wait for.
      if (plan.blocked !== null || plan.verdict !== null || (app !== undefined && run.app !== app)) continue;
      for (const name of filesOf(plan)) names.add(name);
    }
    return names;
  }

  /** @param runningFiles how many files its runs have */
  status(runningFiles: number): TenantStatus {
    const { registered, enabled, profile, problem } = this.standing;
    const waiting = this.intake.countWaiting();
    const { settling } = this.intake;
    const ready = [...this.retries].flatMap(readyRun);
    const open = [...this.retries].filter(({ toCharge }) => toCharge === undefined);
    const under = this.preparing?.status();
    const preparing = under ? [under, ...ready] : ready;
    const files = (this.preparing?.files.length ?? 0) + ready.reduce((sum, run) => sum + run.files.length, 0);
    const bytes = (this.preparing?.bytes ?? 0) + ready.reduce((sum, run) => sum + run.bytes, 0);
    return {
      tenant: this.tenant,
      registered,
      enabled,
      problem: (registered ? problem : (this.intake.leftBehind ?? problem)) ?? this.intake.problem ?? this.problem,
      plan: profile?.plan ?? null,
      apps: (profile?.apps ?? []).map((app) => app.name),
      waitingFiles: waiting.files + settling.names.length + files,
      waitingBytes: waiting.bytes + settling.bytes + bytes,
      runningFiles,
      ...(preparing.length > 0 ? { preparing } : {}),
      ...(open.length > 0 ? { retries: open.slice(0, mostRetries).map(waitingRun) } : {}),
      refusedFiles: this.intake.countKeptOut('refused'),
      deferredFiles: this.intake.countKeptOut('deferred'),
    };
  }

  /** What keeps runs from going on or from being recorded; null when nothing does. */
  get problem(): Fault | null {
    for (const { run, plan } of this.retries) {
      if (plan.verdict !== null) return runNotRecorded(run.runId);
      if (plan.blocked !== null) return plan.blocked;
    }
    return this.intake.leftBehind ?? this.#pauseCause;
  }

  apply(standing: TenantStanding, timeZone: string): void {
    this.standing = standing;
    this.lastProfile = standing.profile ?? this.lastProfile;
    const apps = standing.problem ? [] : (standing.profile?.apps ?? []);
    const crons = apps.flatMap(({ name, schedule }) => (schedule.kind === 'cron' ? [[name, schedule.expression]] : []));
    const key = JSON.stringify([timeZone, crons]);
    if (key === this.#cronKey) return;
    this.#cronKey = key;
    this.#stopCrons();
    this.#crons = crons.map(([name = '', expression = '']) =>
      startSchedule(expression, timeZone, () => {
        this.due.ask(name, 'cron');
        this.looks.now();
      }),
    );
  }

  /** Makes what waits for an app (or any) due, whatever its schedule. */
  demand(app?: string): void {
    for (const { name } of this.standing.profile?.apps ?? []) {
      if (app === undefined || app === name) this.due.ask(name, 'demand');
    }
    this.looks.now();
  }

  /** The apps that have files waiting and whose time has come, and why; with the files, where not all of the app are due. */
  dueApps(): { app: BatchApp; trigger: RunRecord['trigger']; among?: ReadonlyMap<string, number> }[] {
    const { profile, problem } = this.standing;
    if (!profile || problem || this.closed) return [];
    return profile.apps.flatMap((app) => {
      const due = this.due.of(app.name);
      if (app.schedule.kind === 'on-arrival') {
        return this.intake.hasWaiting(app.name) ? [{ app, trigger: due?.trigger ?? ('arrival' as const) }] : [];
      }
      return due && this.intake.hasWaiting(app.name, due.files)
        ? [{ app, trigger: due.trigger, among: due.files }]
        : [];
    });
  }

  /** Whether a file of an app (or of any) waits that is due, of those in `among`. */
  hasDue(app: string | undefined, among: ReadonlySet<string>): boolean {
    return this.dueApps().some(
      (due) =>
        (app === undefined || due.app.name === app) &&
        this.intake.hasWaiting(due.app.name, { has: (name) => among.has(name) && due.among?.has(name) !== false }),
    );
  }

  #isDue({ app, name }: WaitingFile): boolean {
    const { schedule } = this.standing.profile?.apps.find((one) => one.name === app) ?? {};
    return schedule?.kind === 'on-arrival' || this.due.of(app)?.files.has(name) === true;
  }

  /** Looks at what is there of the tenant. @returns when files may have settled, in milliseconds from now */
  async #look(): Promise<number> {
    const { isPaused } = this;
    await this.intake.fetchBack(namesAlike(this.lastProfile));
    const { profile, problem } = this.standing;
    if (profile && !problem) {
      const look = this.due.look();
      // Before what is refused is recorded. What could not be looked at is not gone.
      await this.intake.scan(profile, this.taken, () => {
        this.due.looked(look, (app) => new Set([...this.intake.namesInHand(app), ...this.taken]));
        this.#changed();
      });
    } else this.intake.forgetStaging();
    // A failure during this look has begun another pause.
    if (!isPaused && !this.isPaused) this.#pauseCause = null;
    return this.intake.settling.nextMs;
  }

  /** @param places of the platform's concurrent runs that the run takes */
  begin(app: string, places: number): void {
    this.running.set(app, (this.running.get(app) ?? 0) + 1);
    this.places += places;
  }

  end(app: string, places: number): void {
    this.places -= places;
    const left = (this.running.get(app) ?? 1) - 1;
    if (left > 0) this.running.set(app, left);
    else this.running.delete(app);
  }

  /** Keeps a run for its next attempt, and tells when the time has come. */
  retryLater(retry: Retry & { delayMs: number }): void {
    this.retries.add(retry);
    setTimeout(this.#changed, retry.delayMs + 1).unref();
  }

  /** Whether a run waits for its next attempt. */
  hasRetry(runId: string): boolean {
    for (const { run } of this.retries) if (run.runId === runId) return true;
    return false;
  }

  /** Whether a run waits for its next attempt that somebody has to do something for, or that is over but cannot be recorded. */
  isBlocked(runId: string): boolean {
    for (const { run, plan } of this.retries)
      if (run.runId === runId) return plan.blocked !== null || plan.verdict !== null;
    return false;
  }

  /** A run that may go on now. */
  dueRetry(now: number): Retry | undefined {
    for (const retry of this.retries) if (isDue(retry, now) && retry.plan.verdict === null) return retry;
    return undefined;
  }

  /** Runs that are over and may be tried to be recorded now: that takes nobody's turn or place. */
  dueSettlements(now: number): Retry[] {
    return [...this.retries].filter((retry) => isDue(retry, now) && retry.plan.verdict !== null);
  }

  /** Makes a run that waits for its next attempt end as cancelled instead; undefined when none of the id waits. */
  cancelRetry(runId: string): Retry | undefined {
    for (const retry of this.retries) {
      if (retry.run.runId !== runId) continue;
      // What is over already is only waiting to be recorded.
      if (retry.plan.verdict === null) retry.plan = { ...retry.plan, blocked: null, verdict: cancelledVerdict() };
      retry.at = 0;
      // It takes nobody's turn any more.
      delete retry.toCharge;
      return retry;
    }
    return undefined;
  }

  get isPaused(): boolean {
    const now = this.#now();
    // The clock may have been set back meanwhile.
    return now >= this.#pause.from && now < this.#pause.to;
  }

  /** Starts nothing for a while after the platform failed on the tenant, then looks again. */
  pauseFor(milliseconds: number, now: number, cause: Fault): void {
    this.#pause = { from: now, to: now + milliseconds };
    this.#pauseCause = cause;
    setTimeout(() => this.looks.now(), milliseconds + 1).unref();
  }

  dispose(): void {
    this.looks.dispose();
    this.#stopCrons();
  }

  #stopCrons(): void {
    for (const stop of this.#crons) stop();
    this.#crons = [];
  }
}

function readyRun({ run, plan, toCharge }: Retry): PreparingRun[] {
  if (toCharge === undefined) return [];
  return [
    { runId: run.runId, app: run.app, files: filesOf(plan), bytes: toCharge, hashedBytes: toCharge, ready: true },
  ];
}

function waitingRun({ run, plan, at, held }: Retry): WaitingRun {
  return {
    runId: run.runId,
    app: run.app,
    files: filesOf(plan),
    at: held ? null : at,
    cause: plan.verdict ? runNotRecorded(run.runId) : (plan.blocked ?? plan.cutOff ?? null),
  };
}

function isDue({ at, delayMs = Infinity, held }: Retry, now: number): boolean {
  // When the clock was set back, its time may be far ahead; it was never meant to wait longer than this.
  return held !== true && (at <= now || now < at - delayMs);
}
