import type { SeededRandom } from '../../src/cli/demo/random.ts';
import { pause, until } from '../../src/foundation/deadlines.ts';
import type { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { isStateful } from './crash-tenants.ts';
import { namesIn, type CrashingPlatform, type SeenRun } from './crashing-platform.ts';

/** What is killed: the control plane, any runner that is alive, or one of a certain tenant that has come half-way. */
export interface Blow {
  kills: 'runner' | 'manager' | 'both';
  of?: string;
}

export interface KillOptions {
  /** Which kills, in this order, as many of them as fit in before the files are done. */
  blows: readonly Blow[];
  /** Longest pause before a kill that waits for no moment, in ms. */
  longestPauseMs: number;
  /** Share of control planes that stay away for longer than the runners' lease. */
  absences: number;
}

const patienceMs = 240_000;
/** How long a runner is waited for that a blow is meant for. */
const victimMs = 30_000;
/** Longer than a runner's lease. */
const absenceMs = 18_000;
/** A run is given up after so many attempts in a row that come no further: kills in vain stay below. */
const mostInVain = 3;
const moments = ['run', 'file', 'runner', 'checkpoint', 'archive', 'rejects'] as const;
const longestMomentMs = 1500;
/** How long after a moment a kill comes at the latest. */
const afterMomentMs = 25;
/** How long a control plane that is asked to end may go on until it is killed all the same. */
const drainMs = 500;

/** Kills a platform's processes while it ingests. */
export class Killer {
  readonly #platform: CrashingPlatform;
  readonly #folder: PlatformFolder;
  readonly #options: KillOptions;
  readonly #random: SeededRandom;
  readonly #kills = new Map<string, number>();
  /** By run: how far it had come at any kill, whether it went on unseen since, and kills in a row by which it came no further. */
  readonly #vain = new Map<string, { furthest: number; unseen: boolean; kills: number }>();

  constructor(platform: CrashingPlatform, folder: PlatformFolder, options: KillOptions, random: SeededRandom) {
    this.#platform = platform;
    this.#folder = folder;
    this.#options = options;
    this.#random = random;
  }

  /** Starts the platform, strikes until all files are through, and ends it in good order. @returns kills that hit, by kind */
  async untilDone(): Promise<Map<string, number>> {
    const platform = this.#platform;
    const deadline = performance.now() + patienceMs;
    platform.start();
    for (const blow of this.#options.blows) {
      if (blow.of !== undefined) await this.#halfway(blow.of);
      await this.#wait();
      if (this.#done() || performance.now() > deadline) break;
      await this.#strike(blow);
    }
    await until(Math.max(deadline - performance.now(), 60_000), 'the end of all files', () => {
      if (platform.ended !== undefined) throw new Error(`the control plane ended ${platform.ended}`);
      return this.#done();
    });
    await until(10_000, 'the end of all runners', () => platform.runnersLeft().length === 0);
    await platform.stop();
    return this.#kills;
  }

  /** Waits for any time, or until something happens that a crash may harm. */
  async #wait(): Promise<void> {
    const random = this.#random;
    if (random.chance(0.5)) return pause(20 + random.below(this.#options.longestPauseMs));
    const kind = random.pick(moments);
    const after = random.chance(0.5) ? 0 : random.below(afterMomentMs);
    const before = this.#platform.moment(kind);
    const changed = () => this.#platform.moment(kind) !== before;
    await until(longestMomentMs, 'a moment', changed, undefined, 1).catch(() => undefined);
    if (after > 0) await pause(after);
  }

  async #halfway(tenant: string): Promise<void> {
    const begun = () => this.#victims(tenant).some(({ progress }) => progress > 0);
    await until(victimMs, `a runner of ${tenant}`, () => begun() || this.#done()).catch(() => undefined);
  }

  async #strike({ kills, of }: Blow): Promise<void> {
    const random = this.#random;
    const chosen = random.next();
    const absent = random.chance(this.#options.absences);
    const late = random.chance(0.3) ? random.below(1000) : 0;
    const managerFirst = kills !== 'runner' && random.chance(0.5);
    const drain = random.chance(0.2) ? random.below(drainMs) : null;
    const victims = kills === 'manager' ? [] : this.#victims(of);
    const run = victims[Math.floor(chosen * victims.length)];
    if (kills === 'manager' || managerFirst) await this.#platform.killManager(drain);
    const hit = run !== undefined && this.#platform.killRunner(run);
    if (hit) this.#noteKill(run);
    if (kills === 'both' && !managerFirst) await this.#platform.killManager(drain);
    if (hit) this.#count(`${kills} ${run.tenant}`);
    else if (kills !== 'runner') this.#count('manager');
    if (kills === 'runner') return;
    // The runners go on for a while that is not counted.
    for (const run of this.#vain.values()) run.unseen = true;
    await pause(absent ? absenceMs : late);
    this.#platform.start();
  }

  /** Runs with a runner that may be killed now. */
  #victims(tenant: string | undefined): SeenRun[] {
    return this.#platform
      .runs()
      .filter((run) => run.pid !== null && (tenant ?? run.tenant) === run.tenant)
      .filter((run) => this.#killsInVain(run) <= mostInVain);
  }

  /** How many kills in a row were in vain if the run were killed now; the control plane gives it up for too many. */
  #killsInVain({ runId, progress }: SeenRun): number {
    const last = this.#vain.get(runId);
    return last && (last.unseen || progress <= last.furthest) ? last.kills + 1 : 1;
  }

  #noteKill(run: SeenRun): void {
    const last = this.#vain.get(run.runId);
    this.#vain.set(run.runId, {
      furthest: Math.max(run.progress, last?.furthest ?? 0),
      // An app with state begins anew, so how far it has come unseen is not seen later either.
      unseen: last?.unseen === true && isStateful(run.tenant),
      kills: this.#killsInVain(run),
    });
  }

  #count(what: string): void {
    this.#kills.set(what, (this.#kills.get(what) ?? 0) + 1);
  }

  /** Nothing is in staging and nothing in work; a file that is on its way between the two is seen in the second look. */
  #done(): boolean {
    const empty = () =>
      namesIn(this.#folder.tenants).every((tenant) => namesIn(this.#folder.staging(tenant)).length === 0) &&
      namesIn(this.#folder.workFolders).length === 0;
    return empty() && empty();
  }
}
