import { randomUUID } from 'node:crypto';
import { didYouMean } from '../foundation/suggestions.ts';
import { WakeUps } from '../foundation/wake-ups.ts';
import type { FileOutcome, IngestionRecord, RunRecord } from '../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus } from '../protocol/management.ts';
import type { ActiveRuns } from './active-runs.ts';
import { appUnknown, demandNotFound, tenantCannotIngest, tenantUnknown, tooManyDemands } from './faults.ts';
import type { TenantDesk } from './tenant-desk.ts';

/** How long the result of a demand can be asked for after its end, in ms. */
const keptMs = 10 * 60_000;
/** Of ended demands so many are kept at most, and so many records of them all: the newest. */
const mostEnded = 1000;
const mostEndedRecords = 50_000;
const mostOpen = 1000;
/** Records of files that a demand keeps, and tells whoever asks: more would only be a load on everybody. */
const mostRecords = 20_000;
/** Of these in one answer: whoever writes it does nothing else meanwhile. */
const recordsAtOnce = 500;

/** Somebody's wish to have everything run that waits now, and what came of it. */
class Demand {
  readonly id = randomUUID();
  readonly scope: BatchDemand;
  readonly records: IngestionRecord[] = [];
  /** Files of which the records are not kept, by outcome. */
  readonly #further = new Map<FileOutcome, number>();
  finishedAt: number | null = null;
  /** Names of its files that have not come to their end, by tenant; null until the tenant was looked at, absent once it is done. */
  readonly awaited = new Map<string, Set<string> | null>();
  readonly #done = new WakeUps();

  constructor(scope: BatchDemand) {
    this.scope = scope;
  }

  covers(tenant: string, app?: string | null): boolean {
    if (this.scope.tenant !== undefined && this.scope.tenant !== tenant) return false;
    return this.scope.app === undefined || app === undefined || app === null || this.scope.app === app;
  }

  /** A file has come to its end. */
  add(record: IngestionRecord): void {
    if (this.records.length < mostRecords) this.records.push(record);
    else this.#further.set(record.outcome, (this.#further.get(record.outcome) ?? 0) + 1);
  }

  get further(): DemandStatus['further'] {
    return this.#further.size > 0 ? Object.fromEntries(this.#further) : undefined;
  }

  finish(now: number): void {
    this.finishedAt = now;
    this.#done.wakeAll();
  }

  /** Resolves when the demand is finished, after `waitMs`, or when the signal aborts. */
  async finished(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.finishedAt === null) await this.#done.wait(waitMs, signal);
  }
}

interface DemandPorts {
  desks: ReadonlyMap<string, TenantDesk>;
  runs: ActiveRuns;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The demands that are open or were finished lately. */
export class Demands {
  readonly #demands = new Map<string, Demand>();
  readonly #ports: DemandPorts;

  constructor(ports: DemandPorts) {
    this.#ports = ports;
  }

  /**
   * Makes due what the scope covers.
   * @throws PlatformError TENANT_NOT_FOUND, APP_NOT_FOUND, TOO_MANY_DEMANDS, or why the tenant cannot ingest
   */
  add(scope: BatchDemand): DemandStatus {
    this.#check(scope);
    this.#dropEnded();
    if (this.#open().length >= mostOpen) throw tooManyDemands(mostOpen);
    const demand = new Demand(scope);
    this.#demands.set(demand.id, demand);
    for (const desk of this.#desksOf(demand)) {
      demand.awaited.set(desk.tenant, null);
      desk.demand(scope.app);
    }
    this.finishWhatIsDone();
    return this.#statusOf(demand, 0);
  }

  /**
   * Answers when the demand is finished or after `waitMs`, or when there are more records behind the first `after` than one answer
   * can have. @throws PlatformError DEMAND_NOT_FOUND
   */
  async status(id: string, waitMs: number, signal: AbortSignal, after = 0): Promise<DemandStatus> {
    const demand = this.#demands.get(id);
    if (!demand) throw demandNotFound(id);
    if (demand.records.length - after <= recordsAtOnce) await demand.finished(waitMs, signal);
    return this.#statusOf(demand, after);
  }

  /** Gives the results of a run to the demands that it was executed for. */
  closed(run: RunRecord, files: readonly IngestionRecord[]): void {
    for (const demand of this.#open()) {
      if (!demand.covers(run.tenant, run.app)) continue;
      const awaited = demand.awaited.get(run.tenant);
      for (const file of files) {
        demand.add(file);
        // What comes under its name later is another file.
        awaited?.delete(file.file);
      }
    }
  }

  /** Keeps the demands to their files that are in staging again; there another file may have taken their names. */
  renamed(tenant: string, app: string, names: ReadonlyMap<string, string>): void {
    for (const demand of this.#open()) {
      const awaited = demand.covers(tenant, app) ? demand.awaited.get(tenant) : null;
      const back = [...names].filter(([name]) => awaited?.delete(name));
      for (const [, name] of back) awaited?.add(name);
    }
  }

  /** Gives a refused file, which is in quarantine now, to the demands that were made before. */
  movedAway(record: IngestionRecord): void {
    for (const demand of this.#open()) if (demand.covers(record.tenant)) demand.add(record);
  }

  /**
   * Finishes the demands whose files have all come to an end; what is kept out belongs to their results. The files of a demand
   * are those that were there when it was made: what arrives later does not hold it up.
   */
  finishWhatIsDone(): void {
    for (const demand of this.#open()) {
      for (const tenant of [...demand.awaited.keys()]) {
        const desk = this.#ports.desks.get(tenant);
        if (!desk || desk.standing.problem || this.#isDone(desk, demand)) demand.awaited.delete(tenant);
      }
      if (demand.awaited.size > 0) continue;
      for (const { intake } of this.#desksOf(demand)) {
        for (const record of intake.standing.values()) if (demand.covers(record.tenant, record.app)) demand.add(record);
      }
      demand.finish(this.#ports.now());
      this.#dropEnded();
    }
  }

  #isDone(desk: TenantDesk, demand: Demand): boolean {
    const awaited = demand.awaited.get(desk.tenant);
    const { isPaused } = desk;
    // While there is one of its files at hand, nobody needs to know of all the others.
    if (!isPaused && awaited && desk.hasDue(demand.scope.app, awaited)) return false;
    const inHand = desk.filesInHand(demand.scope.app);
    for (const { facts } of this.#ports.runs.of(desk.tenant)) {
      if (demand.covers(facts.tenant, facts.app)) for (const file of facts.files) inHand.add(file);
    }
    const left = awaited ? new Set([...awaited].filter((name) => inHand.has(name))) : inHand;
    if (!desk.looks.upToDate) {
      // Files may be back in staging of which nobody knows yet.
      if (isPaused || left.size === 0) desk.looks.hurry();
      return false;
    }
    // A tenant that is paused after a fault is not waited for.
    if (isPaused) return true;
    demand.awaited.set(desk.tenant, left);
    return left.size === 0;
  }

  #check({ tenant, app }: BatchDemand): void {
    if (tenant === undefined) return;
    const { desks } = this.#ports;
    const desk = desks.get(tenant);
    if (!desk) throw tenantUnknown(tenant, didYouMean(tenant, [...desks.keys()]));
    if (desk.standing.problem) throw tenantCannotIngest(desk.standing.problem);
    const apps = (desk.standing.profile?.apps ?? []).map(({ name }) => name);
    if (app !== undefined && !apps.includes(app)) throw appUnknown(tenant, app, didYouMean(app, apps));
  }

  #dropEnded(): void {
    const now = this.#ports.now();
    let [demands, records] = [0, 0];
    const newestFirst = [...this.#demands.values()].reverse();
    for (const { id, endedAt, recordsKept } of newestFirst.flatMap(ended).sort((a, b) => b.endedAt - a.endedAt)) {
      records += recordsKept;
      const isKept = ++demands <= mostEnded && (demands === 1 || records <= mostEndedRecords);
      if (!isKept || now - endedAt > keptMs) this.#demands.delete(id);
    }
  }

  #open(): Demand[] {
    return [...this.#demands.values()].filter((demand) => demand.finishedAt === null);
  }

  #desksOf(demand: Demand): TenantDesk[] {
    return [...this.#ports.desks.values()].filter((desk) => !desk.standing.problem && demand.covers(desk.tenant));
  }

  #statusOf(demand: Demand, after: number): DemandStatus {
    const waiting = this.#desksOf(demand).map(
      ({ intake }) => intake.countWaiting(demand.scope.app).files + intake.settling.names.length,
    );
    return {
      id: demand.id,
      finished: demand.finishedAt !== null,
      waitingFiles: waiting.reduce((sum, files) => sum + files, 0),
      runs: this.#ports.runs
        .all()
        .filter(({ facts }) => demand.covers(facts.tenant, facts.app))
        .map((run) => run.status()),
      recorded: demand.records.length,
      records: demand.records.slice(after, after + recordsAtOnce),
      ...(demand.further ? { further: demand.further } : {}),
    };
  }
}

function ended({ id, finishedAt, records }: Demand): { id: string; endedAt: number; recordsKept: number }[] {
  return finishedAt === null ? [] : [{ id, endedAt: finishedAt, recordsKept: records.length }];
}
