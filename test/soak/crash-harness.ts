import { rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededRandom } from '../../src/cli/demo/random.ts';
import { purgeServices } from '../../src/runtimes/docker/found-services.ts';
import { PlatformFixture } from '../platform/platform-fixture.ts';
import type { InputFormat } from './crash-input.ts';
import { crashFiles } from './crash-input.ts';
import { CrashingPlatform } from './crashing-platform.ts';
import type { AppKind } from './crash-tenants.ts';
import { crashTenant, runsOfTenant, tenantName } from './crash-tenants.ts';
import type { StagedFiles } from './damage.ts';
import { damage } from './damage.ts';
import { Killer, type KillOptions } from './killer.ts';

/** What a round is made of; everything else follows from the seed. */
export interface RoundOptions extends KillOptions {
  seed: number;
  apps: readonly AppKind[];
  formats: readonly InputFormat[];
  /** Records of a file, from and to. */
  records: readonly [number, number];
  /** Slows the files down, so that kills meet them half-way. */
  rowsPerSecond: number;
  /** Of the platform that is disturbed; the other one has the embedded store. */
  runtime?: 'embedded' | 'docker';
}

export interface RoundResult {
  /** Kills that hit: `runner <tenant>`, `both <tenant>` and `manager`. */
  kills: Map<string, number>;
  files: number;
  records: number;
}

/**
 * One platform folder with a tenant for each kind of app and files as `crashFiles` says: kills its processes as the seed says
 * while the files are ingested, and then compares with a platform that nobody disturbs.
 * @throws Error that names the seed and all damage
 */
export async function crashRound(options: RoundOptions): Promise<RoundResult> {
  const { seed, apps, formats, records, rowsPerSecond } = options;
  const random = new SeededRandom(seed);
  const staged: StagedFiles = new Map();
  for (const kind of apps) {
    staged.set(tenantName(kind), crashFiles(random, formats, records));
  }
  const runtime = options.runtime ?? 'embedded';
  const limits = `limits: { concurrentRuns: ${apps.length * runsOfTenant} }`;
  const crashed = await PlatformFixture.create(
    apps.map((kind) => crashTenant(kind, rowsPerSecond)),
    `${limits}\nruntime: { kind: ${runtime} }`,
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
    const kills = await new Killer(platform, crashed.folder, options, random).untilDone();
    await undisturbed;
    await clean.down();
    // Its servers have ended with it.
    if (runtime === 'docker') await crashed.up();
    const problems = await damage(crashed, clean, platform, staged);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const all = [...staged.values()].flat();
    return { kills, files: all.length, records: all.reduce((sum, file) => sum + file.expected.read, 0) };
  } catch (error) {
    keep = process.env.MYSIMBDP_SOAK_KEEP !== undefined;
    const where = keep ? `\nthe platform folder is kept: ${crashed.folder.root}` : '';
    throw new Error(
      `seed ${seed}: ${(error as Error).message}\nthe control plane's last words:\n${await platform.lastWords()}${where}`,
      { cause: error },
    );
  } finally {
    await platform.killManager();
    for (const run of platform.runs()) platform.killRunner(run);
    await crashed.down();
    if (runtime === 'docker') await purgeServices(crashed.folder, undefined);
    if (!keep) await crashed.dispose();
    await clean.dispose();
  }
}

async function stage(fixture: PlatformFixture, staged: StagedFiles, time: number): Promise<void> {
  for (const [tenant, files] of staged) {
    for (const { name, content, age } of files) {
      const unfinished = `tenants/${tenant}/staging/.${name}.part`;
      await fixture.write(unfinished, content);
      await utimes(join(fixture.folder.root, unfinished), time + age, time + age);
      await rename(join(fixture.folder.root, unfinished), join(fixture.folder.staging(tenant), name));
    }
  }
}
