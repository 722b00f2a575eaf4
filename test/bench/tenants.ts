import { copyFile, mkdir, mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ReviewsFile } from '../../src/cli/demo/reviews-generator.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { startPlatform } from '../../src/platform/start-platform.ts';
import type { RunRecord } from '../../src/protocol/ingestion-log.ts';

/** Sizes of the scene; smaller ones by environment for a first look. */
const tenantCount = Number(process.env.BENCH_TENANTS ?? 1000);
const fileCount = Number(process.env.BENCH_FILES ?? 10_000);
const largeMb = Number(process.env.BENCH_LARGE_MB ?? 1000);
/** Records of a small file. */
const smallRows = 20;

/**
 * Many tenants with small files, and one with a large one that comes first: what a run costs beside its work, how even the
 * bytes are shared, how long a quiet tenant waits, and what the control plane feels of it.
 */
export async function benchTenants(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'mysimbdp-tenants-'));
  try {
    await measure(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function measure(root: string): Promise<void> {
  const folder = new PlatformFolder(root);
  const names = Array.from({ length: tenantCount }, (_, i) => `t${i.toString().padStart(4, '0')}`);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`${tenantCount} tenants, ${fileCount} small files, one file of ${largeMb} MB`);
  await makeTenants(folder, [...names, 'large']);
  await stageSmall(folder, names);
  await stageLarge(folder);

  const loadBegan = performance.now();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const platform = await startPlatform(folder);
  const startSeconds = (performance.now() - loadBegan) / 1000;
  say(`start of the platform: ${startSeconds.toFixed(1)} s, event-loop delay p99 ${p99(delay)} ms`);
  delay.reset();

  const began = performance.now();
  const demand = await platform.controlPlane.demandBatch({});
  let status = demand;
  // Half-way through, a tenant that was quiet so far stages one file.
  let quietStagedAt = 0;
  while (!status.finished) {
    status = await platform.controlPlane.demandStatus(demand.id, 1000, new AbortController().signal);
    if (quietStagedAt === 0 && status.records.length > fileCount / 2) {
      quietStagedAt = Date.now();
      await stageOne(folder, names[0] ?? '', 'quiet.tsv', 900_000_000);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  delay.disable();
  const runs = await platform.controlPlane.runLog({ limit: 10_000 });
  const log = await platform.controlPlane.ingestionLog({ limit: 10_000 });
  await platform.stop();

  const smallRuns = runs.filter((run) => run.tenant !== 'large');
  const read = runs.reduce((sum, run) => sum + run.counters.read, 0);
  const overhead = smallRuns.map((run) => run.seconds).sort((a, b) => a - b);
  say(
    `all ingested: ${seconds.toFixed(0)} s, ${runs.length} runs, ${log.length} files logged, ${read.toLocaleString('en')} records`,
  );
  say(
    `a run of small files: p50 ${at(overhead, 0.5).toFixed(2)} s, p95 ${at(overhead, 0.95).toFixed(2)} s (two at a time)`,
  );
  const quiet = log.find((record) => record.file === 'quiet.tsv');
  if (quiet)
    say(`a quiet tenant's file began ${((quiet.startedAt - quietStagedAt) / 1000).toFixed(1)} s after it was staged`);
  say(`Jain's index over bytes started while all had work: ${jainWhileBacklogged(runs, names).toFixed(3)}`);
  say(
    `control plane: event-loop delay p99 ${p99(delay)} ms, RSS ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
  );
}

/**
 * Over the tenants with small files, bytes started up to the time when the first of them had nothing left. Runs come newest
 * first (Jain, Chiu, Hawe 1984: 1 is even, 1/n is all to one).
 */
function jainWhileBacklogged(runs: RunRecord[], names: string[]): number {
  const small = runs.filter((run) => run.tenant !== 'large').sort((a, b) => a.startedAt - b.startedAt);
  const total = new Map<string, number>();
  for (const run of small) total.set(run.tenant, (total.get(run.tenant) ?? 0) + run.fileBytes);
  const served = new Map(names.map((name) => [name, 0]));
  for (const run of small) {
    const bytes = (served.get(run.tenant) ?? 0) + run.fileBytes;
    served.set(run.tenant, bytes);
    if (bytes >= (total.get(run.tenant) ?? 0)) break;
  }
  const values = [...served.values()].filter((bytes) => bytes > 0);
  const sum = values.reduce((a, b) => a + b, 0);
  return sum ** 2 / (values.length * values.reduce((a, b) => a + b * b, 0));
}

async function makeTenants(folder: PlatformFolder, names: string[]): Promise<void> {
  const profile = (name: string) => `tenant: ${name}
batch: { files: { maxFiles: 5, settleSeconds: 0, extensions: [tsv] } }
tables:
  reviews:
    columns: { product_id: text, review_id: text, star_rating: int, review_date: date, review_headline: text }
    partitionKey: [product_id]
    clusteringKey: [review_id]
apps:
  - name: reviews
    kind: batch
    entry: apps/reviews/app.ts
    files: "*.tsv"
    format: { type: csv, delimiter: "\\t", quote: none, columns: [product_id, review_id] }
    table: reviews
`;
  const app = `import { defineBatchApp } from 'mysimbdp/sdk';
export default defineBatchApp({
  wrangle: ({ product_id, review_id, star_rating, review_date, review_headline }) =>
    ({ product_id, review_id, star_rating, review_date, review_headline: review_headline?.trim() }),
});
`;
  for (const name of names) {
    await mkdir(join(folder.tenant(name), 'apps', 'reviews'), { recursive: true });
    await mkdir(folder.staging(name), { recursive: true });
    await writeFile(folder.profile(name), profile(name));
    await writeFile(join(folder.tenant(name), 'apps', 'reviews', 'app.ts'), app);
  }
  const list = names.map((name) => `  - name: ${name}\n`).join('');
  await writeFile(
    folder.platformFile,
    `platform: bench\nlimits: { maxTenants: ${names.length}, maxFileSizeMb: 100000 }\ntenants:\n${list}`,
  );
}

async function stageSmall(folder: PlatformFolder, names: string[]): Promise<void> {
  for (let i = 0; i < fileCount; i++) {
    const tenant = names[i % names.length] ?? '';
    await stageOne(folder, tenant, `f${Math.floor(i / names.length)}.tsv`, i * smallRows);
  }
}

async function stageOne(folder: PlatformFolder, tenant: string, name: string, firstReview: number): Promise<void> {
  const path = join(folder.staging(tenant), name);
  const text = [
    ...new ReviewsFile({ category: 'Books', rows: smallRows, seed: firstReview + 1, firstReview }).chunks(),
  ];
  await writeFile(`${path}.part`, text.join(''));
  await copyFile(`${path}.part`, path);
  await rm(`${path}.part`);
}

/** Generated once and repeated with other review ids would cost minutes: the same lines again are other files' work all the same. */
async function stageLarge(folder: PlatformFolder): Promise<void> {
  if (largeMb === 0) return;
  const path = join(folder.staging('large'), 'large.tsv');
  const block = [...new ReviewsFile({ category: 'Books', rows: 100_000, seed: 7 }).chunks()].join('');
  const header = block.slice(0, block.indexOf('\n') + 1);
  const lines = Buffer.from(block.slice(header.length));
  const handle = await open(path, 'w');
  await handle.write(header);
  for (let written = 0; written < largeMb * 1e6; written += lines.length) await handle.write(lines);
  await handle.close();
  // The oldest: it is there before the others.
  const past = new Date(Date.now() - 3_600_000);
  await utimes(path, past, past);
}

function at(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function p99(delay: { percentile(share: number): number }): string {
  return (delay.percentile(99) / 1e6).toFixed(1);
}
