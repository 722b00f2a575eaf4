import { rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededRandom } from '../../src/cli/demo/random.ts';
import { pause, until } from '../../src/foundation/deadlines.ts';
import { PlatformFixture } from '../platform/platform-fixture.ts';
import type { InputFormat } from './crash-input.ts';
import { crashFile } from './crash-input.ts';
import { CrashingPlatform, namesIn, type SeenRun } from './crashing-platform.ts';
import type { AppKind } from './crash-tenants.ts';
import { crashTenant, tenantName } from './crash-tenants.ts';
import type { StagedFiles } from './damage.ts';
import { damage } from './damage.ts';

/** What is killed, and the tenant whose runner it is; without one any runner that is alive. */
export interface Blow {
  kills: 'runner' | 'manager' | 'both';
  of?: string;
}

/** What a round is made of; everything else follows from the seed. */
export interface RoundOptions {
  seed: number;
  apps: readonly AppKind[];
  formats: readonly InputFormat[];
  /** Records of a file, from and to. */
  records: readonly [number, number];
  /** Slows the files down, so that kills meet them half-way. */
  rowsPerSecond: number;
  /** Which kills, in this order; the round goes on until its files are done, with as many of them as fit in. */
  blows: readonly Blow[];
  /** Longest pause before a kill that waits for no moment, in ms. */
  longestPauseMs: number;
  /** Share of control planes that stay away for longer than the runners' lease. */
  absences: number;
}

export interface RoundResult {
  /** Kills that hit: `runner <tenant>`, `both <tenant>` and `manager`. */
  kills: Map<string, number>;
  files: number;
  records: number;
}

const patienceMs = 240_000;
/** Longer than a runner's lease. */
const absenceMs = 18_000;
/** A run is given up after so many attempts in a row that come no further: kills in vain stay below. */
const mostInVain = 3;
const moments = ['run', 'file', 'runner', 'checkpoint', 'archive', 'rejects'] as const;
const longestMomentMs = 1500;
/** How long after a moment a kill comes at the latest. */
const afterMomentMs = 25;

/**
 * One platform folder with a tenant for each kind of app and a file for each format: kills its processes as the seed says
 * while the files are ingested, and then compares with a platform that nobody disturbs.
 * @throws Error that names the seed and all damage
 */
export async function crashRound(options: RoundOptions): Promise<RoundResult> {
  const { seed, apps, formats, records, rowsPerSecond } = options;
  const random = new SeededRandom(seed);
  const staged: StagedFiles = new Map();
  for (const kind of apps) {
    const files = formats.map((format, index) => {
      const size = records[0] + random.below(records[1] - records[0] + 1);
      return crashFile(random, `file_${index}.${format}`, format, size);
    });
    staged.set(tenantName(kind), files);
  }
  const limits = `limits: { concurrentRuns: ${apps.length} }`;
  const crashed = await PlatformFixture.create(
    apps.map((kind) => crashTenant(kind, rowsPerSecond)),
    limits,
  );
  const clean = await PlatformFixture.create(
    apps.map((kind) => crashTenant(kind, null)),
    limits,
  );
  const platform = new CrashingPlatform(crashed.folder);
  let keep = false;
  try {
    // The time of a file decides about the write times of its rows.
    const time = Math.floor(Date.now() / 1000) - 3600;
    for (const fixture of [crashed, clean]) await stage(fixture, staged, time);
    const undisturbed = clean.run();
    undisturbed.catch(() => undefined);
    const kills = await new Killer(platform, crashed, options, random).untilDone();
    await undisturbed;
    await clean.down();
    const problems = await damage(crashed, clean, platform, staged);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const all = [...staged.values()].flat();
    return { kills, files: all.length, records: all.reduce((sum, file) => sum + file.expected.read, 0) };
  } catch (error) {
    keep = process.env['MYSIMBDP_SOAK_KEEP'] !== undefined;
    const where = keep ? `\nthe platform folder is kept: ${crashed.folder.root}` : '';
    throw new Error(
      `seed ${seed}: ${(error as Error).message}\nthe control plane's last words:\n${await platform.lastWords()}${where}`,
      { cause: error },
    );
  } finally {
    await platform.killManager();
    for (const run of platform.runs()) platform.killRunner(run);
    if (!keep) await crashed.dispose();
    await clean.dispose();
  }
}

async function stage(fixture: PlatformFixture, staged: StagedFiles, time: number): Promise<void> {
  for (const [tenant, files] of staged) {
    for (const { name, content } of files) {
      const unfinished = `tenants/${tenant}/staging/.${name}.part`;
      await fixture.write(unfinished, content);
      await utimes(join(fixture.folder.root, unfinished), time, time);
      await rename(join(fixture.folder.root, unfinished), join(fixture.folder.staging(tenant), name));
    }
  }
}

/** Strikes a platform until all files are through. */
class Killer {
  readonly #platform: CrashingPlatform;
  readonly #fixture: PlatformFixture;
  readonly #options: RoundOptions;
  readonly #random: SeededRandom;
  readonly #kills = new Map<string, number>();
  /** By run: how far it had come at the last kill (null: it went on unseen), and kills in a row by which it came no further. */
  readonly #vain = new Map<string, { progress: number | null; kills: number }>();

  constructor(platform: CrashingPlatform, fixture: PlatformFixture, options: RoundOptions, random: SeededRandom) {
    this.#platform = platform;
    this.#fixture = fixture;
    this.#options = options;
    this.#random = random;
  }

  async untilDone(): Promise<Map<string, number>> {
    const platform = this.#platform;
    const deadline = performance.now() + patienceMs;
    platform.start();
    for (const blow of this.#options.blows) {
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
    const after = random.below(afterMomentMs);
    const before = this.#platform.moment(kind);
    await until(
      longestMomentMs,
      'a moment',
      () => this.#platform.moment(kind) !== before,
      undefined,
      2,
    ).catch(() => undefined);
    await pause(after);
  }

  async #strike(blow: Blow): Promise<void> {
    const random = this.#random;
    const chosen = random.next();
    const absent = random.chance(this.#options.absences);
    const late = random.chance(0.3) ? random.below(1000) : 0;
    const managerFirst = random.chance(0.5);
    const runs = this.#platform.runs().filter((run) => run.pid !== null && this.#killsInVain(run) <= mostInVain);
    const run = blow === 'manager' ? undefined : runs[Math.floor(chosen * runs.length)];
    if (blow === 'manager' || (blow === 'both' && managerFirst)) await this.#platform.killManager();
    const hit = run !== undefined && this.#platform.killRunner(run);
    if (hit) this.#vain.set(run.runId, { progress: run.progress, kills: this.#killsInVain(run) });
    if (blow === 'both' && !managerFirst) await this.#platform.killManager();
    if (hit) this.#count(`${blow} ${run.tenant}`);
    else if (blow !== 'runner') this.#count('manager');
    if (blow === 'runner') return;
    // The runners go on for a while that is not counted.
    for (const [runId, { kills }] of this.#vain) this.#vain.set(runId, { progress: null, kills });
    await pause(absent ? absenceMs : late);
    this.#platform.start();
  }

  /** How many kills in a row were in vain if the run were killed now; the control plane gives it up for too many. */
  #killsInVain({ runId, progress }: SeenRun): number {
    const last = this.#vain.get(runId);
    return last && (last.progress === null || progress <= last.progress) ? last.kills + 1 : 1;
  }

  #count(what: string): void {
    this.#kills.set(what, (this.#kills.get(what) ?? 0) + 1);
  }

  /** Nothing is in staging and nothing in work; a file that is on its way between the two is seen in the second look. */
  #done(): boolean {
    const { folder } = this.#fixture;
    const empty = () =>
      this.#options.apps.every((kind) => namesIn(folder.staging(tenantName(kind))).length === 0) &&
      namesIn(folder.workFolders).length === 0;
    return empty() && empty();
  }
}
