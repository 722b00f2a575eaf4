import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, until } from '../../../src/foundation/deadlines.ts';
import { BenchPlatform, generateReviews, say } from '../bench-platform.ts';

const quota = 2000;
const changed = 500;
const heldSeconds = Number(process.env.BENCH_QUOTA_SECONDS ?? 60);

/** Records read, and when that was: milliseconds, monotonic. */
interface Sample {
  at: number;
  read: number;
}

/** How exactly a quota in rows/s is held, and how soon a change of the profile takes effect. */
export async function benchQuota(folder: string): Promise<void> {
  const file = join(folder, 'quota.tsv');
  await generateReviews(file, quota * (heldSeconds + 40));
  const bench = await BenchPlatform.start(join(folder, 'quota'), 'reviews', `{ rowsPerSecond: ${quota} }`);
  try {
    await bench.stage(file);
    const start = await nextSample(bench, 0);
    // The saved-up burst of the start belongs to the start.
    await pause(2000);
    const from = await nextSample(bench, start.read);
    await pause(heldSeconds * 1000);
    const to = await nextSample(bench, from.read);
    const held = rate(from, to);
    say(
      `a quota of ${quota} rows/s over ${heldSeconds} s: ${held.toFixed(0)} rows/s, ${percent(held / quota - 1)} off`,
    );

    const before = await nextSample(bench, to.read);
    const profile = await readFile(bench.folder.profile(bench.tenant), 'utf8');
    await writeFile(bench.folder.profile(bench.tenant), profile.replace(`${quota}`, `${changed}`));
    const changedAt = performance.now();
    await pause(12_000);
    const after = await nextSample(bench, before.read);
    // Two straight lines, before and after the change, meet when it took effect.
    const seconds = (after.at - before.at) / 1000;
    const effective = (after.read - before.read - changed * seconds) / (held - changed);
    say(
      `changed to ${changed} rows/s in the profile: effective after ${(effective - (changedAt - before.at) / 1000).toFixed(2)} s`,
    );
  } finally {
    const { runs } = await bench.platform.controlPlane.status();
    for (const run of runs) await bench.platform.controlPlane.cancelRun(run.runId);
    await bench.stop();
  }
}

/** The next report of the run that tells more records than `read`. */
async function nextSample({ platform: { controlPlane } }: BenchPlatform, read: number): Promise<Sample> {
  return until(
    60_000,
    'a report of the run',
    async () => {
      const { runs } = await controlPlane.status();
      const now = runs[0]?.report?.counters.read ?? 0;
      return now > read ? { at: performance.now(), read: now } : undefined;
    },
    undefined,
    5,
  );
}

function rate(from: Sample, to: Sample): number {
  return (to.read - from.read) / ((to.at - from.at) / 1000);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
