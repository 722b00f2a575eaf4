import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { followDemand } from '../../../src/api/follow-demand.ts';
import { startPlatform } from '../../../src/platform/start-platform.ts';
import type { RunRecord } from '../../../src/protocol/ingestion-log.ts';
import { median, say, whole } from '../bench-platform.ts';
import { makeTenants, stageLarge, stageReviews } from './many-tenants.ts';

/** Sizes of the scene; smaller ones by environment for a first look. */
const tenantCount = Number(process.env.BENCH_TENANTS ?? 1000);
const fileCount = Number(process.env.BENCH_FILES ?? 10_000);
const largeMb = Number(process.env.BENCH_LARGE_MB ?? 1000);
/** Of the files, so many are one tenant's. */
const busyShare = 0.1;
/** Records of a small file; files of a run. */
const smallRows = 20;
const maxFiles = 5;

/**
 * Many tenants with small files, one with a long backlog of them, one with a large file, and one that is quiet until half of the
 * work is done: what a run costs beside its work, how long the quiet tenant waits, and what the control plane feels of it.
 */
export async function benchBacklog(root: string): Promise<void> {
  const names = Array.from({ length: tenantCount - 3 }, (_, i) => `t${i.toString().padStart(4, '0')}`);
  const tenants = [...names, 'busy', 'large', 'quiet'].map((name) => ({ name, weight: 1 }));
  const folder = await makeTenants(join(root, 'backlog'), tenants, maxFiles);
  const ofBusy = Math.round(fileCount * busyShare);
  for (let i = 0; i < fileCount; i++) {
    const tenant = i < ofBusy ? 'busy' : (names[i % names.length] ?? '');
    await stageReviews(folder, tenant, `f${i}.tsv`, smallRows);
  }
  if (largeMb > 0) await stageLarge(folder, 'large', largeMb);
  say(
    `${whole(tenantCount)} tenants, ${whole(fileCount)} files of ${smallRows} records (${whole(ofBusy)} of one tenant), one of ${largeMb} MB:`,
  );

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const loadBegan = performance.now();
  const platform = await startPlatform(folder);
  const { controlPlane } = platform;
  const startSeconds = (performance.now() - loadBegan) / 1000;
  say(`  start of the platform ${startSeconds.toFixed(1)} s, event-loop delay p99 ${p99(delay)} ms meanwhile`);
  delay.reset();

  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  let quietStagedAt = 0;
  for await (const { recorded } of followDemand(controlPlane, {}, 1000, new AbortController().signal)) {
    if (quietStagedAt === 0 && recorded > fileCount / 2) {
      await stageReviews(folder, 'quiet', 'first.tsv', smallRows);
      quietStagedAt = Date.now();
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  delay.disable();
  const runs = await controlPlane.runLog({ limit: 100_000 });
  const files = await controlPlane.ingestionLog({ limit: 100_000 });
  await platform.stop();

  const small = runs.filter((run) => run.tenant !== 'large');
  const lengths = small.map(lengthSeconds);
  const records = runs.reduce((sum, run) => sum + run.counters.read, 0);
  say(
    `  all ingested in ${whole(seconds)} s: ${whole(runs.length)} runs, ${whole(files.length)} files, ${whole(records)} records`,
  );
  say(
    `  a run of ${maxFiles} small files: median ${median(lengths).toFixed(2)} s, ${(sum(small.map((run) => run.cpuSeconds)) / small.length).toFixed(2)} CPU s of its runner`,
  );
  say(
    `  scheduling: ${((user + system) / 1000 / runs.length).toFixed(0)} ms of CPU a run in the control plane's process, ${(gapSeconds(runs) * 1000).toFixed(0)} ms between one run and the next in its place`,
  );
  const first = files.find((file) => file.tenant === 'quiet');
  const busiest = runs.filter((run) => run.tenant === 'busy').map(lengthSeconds);
  if (first) {
    say(
      `  the quiet tenant's first file began ${((first.startedAt - quietStagedAt) / 1000).toFixed(2)} s after it was staged; runs of the busiest took ${median(busiest).toFixed(2)} s (median), ${Math.max(...busiest).toFixed(2)} s (longest)`,
    );
  }
  say(
    `  control plane: event-loop delay p99 ${p99(delay)} ms, RSS ${Math.round(process.memoryUsage.rss() / 1e6)} MB at the end`,
  );
}

function lengthSeconds({ startedAt, endedAt }: RunRecord): number {
  return (endedAt - startedAt) / 1000;
}

/** Mean time in which a place of the two was empty between two runs. */
function gapSeconds(runs: readonly RunRecord[]): number {
  const ends: number[] = [];
  const gaps: number[] = [];
  for (const { startedAt, endedAt } of [...runs].sort((a, b) => a.startedAt - b.startedAt)) {
    // The place that has been empty for longest is the one that is taken.
    const free = ends.length < 2 ? -1 : ends.indexOf(Math.min(...ends));
    if (free >= 0) gaps.push(Math.max(0, startedAt - (ends[free] as number)) / 1000);
    if (free >= 0) ends[free] = endedAt;
    else ends.push(endedAt);
  }
  return sum(gaps) / Math.max(1, gaps.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function p99(delay: { percentile(share: number): number }): string {
  return (delay.percentile(99) / 1e6).toFixed(1);
}
