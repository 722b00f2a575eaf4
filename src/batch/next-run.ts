import type { RunRecord } from '../protocol/ingestion-log.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import type { Retry, TenantDesk } from './tenant-desk.ts';
import { Turns, type Contender } from './turns.ts';

/** A run that may begin, or go on, now. */
export type NextRun = {
  desk: TenantDesk;
  /** Places of the platform's concurrent runs that it takes. */
  places: number;
} & (
  | {
      kind: 'new';
      profile: TenantProfile;
      app: BatchApp;
      trigger: RunRecord['trigger'];
      /** The files that are due, where not all of the app are. */
      among?: ReadonlyMap<string, number>;
    }
  | { kind: 'retry'; retry: Retry }
);

/** Decides which run starts next: tenants take turns (see Turns), within their own and the platform's concurrency. */
export class RunChooser {
  readonly #turns = new Turns();

  /**
   * @param most runs at a time on the whole platform
   * @param now milliseconds since the epoch
   * @returns undefined when nothing is due, or what is due has to wait for places
   */
  next(desks: Iterable<TenantDesk>, most: number, now: number): NextRun | undefined {
    let taken = 0;
    const working: Contender[] = [];
    const contenders: (Contender & { run: NextRun })[] = [];
    for (const desk of desks) {
      if (desk.idle) continue;
      taken += desk.places;
      const run = nextOf(desk, most, now);
      const contender: Contender = { tenant: desk.tenant, weight: desk.lastProfile?.weight ?? 1 };
      if (run) contender.bytes = () => bytesOfNext(run);
      if (run || desk.isBusy) working.push(contender);
      if (!run || desk.isPaused || desk.runs >= (desk.standing.profile?.batch.concurrency ?? 1)) continue;
      contenders.push({ ...contender, run });
    }
    this.#turns.update(working);
    const run = this.#turns.next(contenders)?.run;
    // Who needs more places than are free waits for them; nobody overtakes, or it would wait for ever.
    return run && taken + run.places <= most ? run : undefined;
  }

  /** The tenant has started a run over so many bytes; 0 for one that goes on. */
  charge(tenant: string, bytes: number): void {
    this.#turns.charge(tenant, bytes);
  }
}

function bytesOfNext(run: NextRun): number {
  if (run.kind === 'retry') return run.retry.toCharge ?? 0;
  return run.desk.intake.bytesOfNext(run.app.name, run.profile.batch.files.maxFiles, run.among);
}

/** What a tenant would start next if it were its turn. */
function nextOf(desk: TenantDesk, most: number, now: number): NextRun | undefined {
  const retry = desk.dueRetry(now);
  // The platform may allow fewer runs now than when it began.
  if (retry) return { kind: 'retry', desk, retry, places: Math.min(retry.plan.places, most) };
  const { profile } = desk.standing;
  if (desk.preparing) return undefined;
  // An app that has no run yet goes before one that has.
  const due = desk
    .dueApps()
    .sort((a, b) => (desk.running.get(a.app.name) ?? 0) - (desk.running.get(b.app.name) ?? 0))[0];
  if (!due || !profile) return undefined;
  // A process is not held to its CPUs; instead it takes as many of the platform's concurrent runs, all at the most.
  const places = Math.min(Math.ceil(due.app.resources.cpus), most);
  return { kind: 'new', desk, profile, ...due, places };
}
