import { didYouMean } from '../foundation/suggestions.ts';
import type { IngestionRecord, RunRecord } from '../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus } from '../protocol/management.ts';
import type { ActiveRuns } from './active-runs.ts';
import { Demand, type WrittenFile } from './demand.ts';
import { appUnknown, demandNotFound, tenantCannotIngest, tenantUnknown, tooManyDemands } from './faults.ts';
import { filesOf } from './run-plan.ts';
import type { TenantDesk } from './tenant-desk.ts';

/** How long the result of a demand can be asked for after its end, in ms. */
const keptMs = 10 * 60_000;
/** Of ended demands so many are kept at most, and so many records of them all: the newest. */
const mostEnded = 1000;
const mostEndedRecords = 50_000;
const mostOpen = 1000;
/** Records in one answer: whoever writes it does nothing else meanwhile. */
const recordsAtOnce = 500;
/** Who did not write to a file has it settled so long after its time to settle, in ms: then there was a look at it. */
const lookMs = 3000;
/** How long files that are still being written to are waited for once all else is done, beyond their time to settle, in ms. */
const writtenMs = 60_000;
/** Names of such files that are told at most. */
const mostWritten = 100;

interface DemandPorts {
  desks: ReadonlyMap<string, TenantDesk>;
  runs: ActiveRuns;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds, monotonic; for tests. */
  clock?: () => number;
}

/** The demands that are open or were finished lately. */
export class Demands {
  readonly #demands = new Map<string, Demand>();
  readonly #ports: DemandPorts;
  readonly #clock: () => number;

  constructor(ports: DemandPorts) {
    this.#ports = ports;
    this.#clock = ports.clock ?? (() => performance.now());
  }

  /**
   * Makes due what the scope covers.
   * @throws PlatformError TENANT_NOT_FOUND, APP_NOT_FOUND, TOO_MANY_DEMANDS, or why the tenant cannot ingest
   */
  add(scope: BatchDemand): DemandStatus {
    this.#check(scope);
    this.#dropEnded();
    if (this.#open().length >= mostOpen) throw tooManyDemands(mostOpen);
    const demand = new Demand(scope, this.#clock());
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
   * are those that were there when it was made: what arrives later does not hold it up, and what somebody writes to without end
   * only for a while.
   */
  finishWhatIsDone(): void {
    for (const demand of this.#open()) {
      for (const tenant of [...demand.awaited.keys()]) {
        const desk = this.#ports.desks.get(tenant);
        if (!desk || desk.standing.problem || this.#isDone(desk, demand)) demand.awaited.delete(tenant);
      }
      if (demand.awaited.size > 0) {
        if (!this.#hasWaitedForWriters(demand)) continue;
        demand.left = this.#written(demand);
        demand.awaited.clear();
      }
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

  /** Whether nothing but files that are still being written to keeps the demand open, and has for as long as it may. */
  #hasWaitedForWriters(demand: Demand): boolean {
    const [now, desks] = [this.#clock(), this.#desksThatHold(demand)];
    const isOnlyWritten = desks.every((desk) => {
      const awaited = demand.awaited.get(desk.tenant);
      return awaited?.size === this.#settling(desk, awaited ?? new Set()).length;
    });
    demand.onlyWrittenSince = isOnlyWritten ? (demand.onlyWrittenSince ?? now) : null;
    if (demand.onlyWrittenSince === null) return false;
    const leftMs = demand.onlyWrittenSince + writtenMs + Math.max(0, ...desks.map(settleMs)) - now;
    if (leftMs > 0) demand.lookIn(leftMs, () => this.finishWhatIsDone());
    return leftMs <= 0;
  }

  /** Files of a demand that have not settled though they would have, had nobody written to them since it was made. */
  #written(demand: Demand): WrittenFile[] {
    const waitedMs = this.#clock() - demand.madeAt;
    return this.#desksThatHold(demand)
      .filter((desk) => waitedMs > settleMs(desk) + lookMs)
      .flatMap((desk) =>
        this.#settling(desk, demand.awaited.get(desk.tenant) ?? new Set()).map((file) => ({
          tenant: desk.tenant,
          file,
        })),
      )
      .slice(0, mostWritten);
  }

  #desksThatHold(demand: Demand): TenantDesk[] {
    return [...demand.awaited.keys()].flatMap((tenant) => this.#ports.desks.get(tenant) ?? []);
  }

  /** Those of the names that are files in staging which have not settled, and not also files that a run has taken. */
  #settling(desk: TenantDesk, among: ReadonlySet<string>): string[] {
    const { names } = desk.intake.settling;
    if (names.length === 0) return [];
    const inRuns = new Set([
      ...desk.taken,
      ...this.#ports.runs.of(desk.tenant).flatMap(({ facts }) => facts.files),
      ...[...desk.retries].flatMap(({ plan }) => filesOf(plan)),
    ]);
    return names.filter((name) => among.has(name) && !inRuns.has(name));
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
    const stillWritten = demand.finishedAt === null ? this.#written(demand) : demand.left;
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
      ...(stillWritten.length > 0 ? { stillWritten } : {}),
    };
  }
}

/** How long the tenant's files take to settle, in ms. */
function settleMs({ standing: { profile } }: TenantDesk): number {
  return (profile?.batch.files.settleSeconds ?? 0) * 1000;
}

function ended({ id, finishedAt, records }: Demand): { id: string; endedAt: number; recordsKept: number }[] {
  return finishedAt === null ? [] : [{ id, endedAt: finishedAt, recordsKept: records.length }];
}
