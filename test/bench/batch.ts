import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { ReviewsFile } from '../../src/cli/demo/reviews-generator.ts';
import type { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { startPlatform } from '../../src/platform/start-platform.ts';
import type { IngestionRecord, RunRecord } from '../../src/protocol/ingestion-log.ts';
import { registerTenant } from '../../src/tenants/registry.ts';
import { createPlatformFolder, createTenantFromTemplate } from '../../src/tenants/scaffold.ts';

const rounds = 3;
const run = promisify(execFile);

interface Dataset {
  name: string;
  template: string;
  file: string;
  delimiter: string;
  quote: string;
}

interface Figures {
  rows: number;
  seconds: number;
  peakRssBytes: number;
}

/**
 * The whole ingestion path (decode, app, convert, CoreDms, quarantine, checkpoint) beside csv-parse alone on the same file, in
 * turn. Medians over the rounds; the files are read from the page cache.
 */
export async function benchBatch(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mysimbdp-bench-'));
  try {
    for (const dataset of await datasets(folder)) {
      const { size } = await stat(dataset.file);
      const peer: Figures[] = [];
      const ours: (Figures & Ingested)[] = [];
      for (let round = 0; round < rounds; round++) {
        peer.push(await csvParseAlone(dataset));
        ours.push(await ingest(join(folder, `${dataset.name}-${round}`), dataset));
      }
      report(dataset.name, size, peer, ours);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function datasets(folder: string): Promise<Dataset[]> {
  const reviews = join(folder, 'gift_card.tsv');
  const parts: string[] = [];
  for (const chunk of new ReviewsFile({ category: 'Gift Card', rows: 148_310, seed: 148_310 }).chunks())
    parts.push(chunk);
  await writeFile(reviews, parts.join(''));
  const birdstrikes = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/birdstrikes.csv');
  return [
    { name: 'reviews', template: 'reviews', file: reviews, delimiter: '\t', quote: '' },
    { name: 'birdstrikes', template: 'birdstrikes', file: birdstrikes, delimiter: ',', quote: '"' },
  ];
}

async function csvParseAlone({ file, delimiter, quote }: Dataset): Promise<Figures> {
  const script = new URL('./csv-parse-alone.ts', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, file, delimiter, quote]);
  return JSON.parse(stdout) as Figures;
}

interface Ingested {
  stored: number;
  cpuSeconds: number;
  /** Of the runner, and of the control plane while the run lasted; p99 in ms. */
  runnerDelayMs: number;
  controlPlaneDelayMs: number;
}

async function ingest(root: string, { name, template, file }: Dataset): Promise<Figures & Ingested> {
  const folder: PlatformFolder = await createPlatformFolder(root, 'bench');
  await createTenantFromTemplate(folder, name, template);
  // The quota is what a provider sells, not what the path can do.
  const profile = await readFile(folder.profile(name), 'utf8');
  await writeFile(
    folder.profile(name),
    profile.replace(/^ {2}quota:.*\n/m, '').replace(/settleSeconds: \d+/, 'settleSeconds: 0'),
  );
  await registerTenant(folder, name);
  const platform = await startPlatform(folder);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  try {
    await copyFile(file, join(folder.staging(name), `input${file.slice(file.lastIndexOf('.'))}`));
    const demand = await platform.controlPlane.demandBatch({ tenant: name });
    let status = demand;
    while (!status.finished) {
      status = await platform.controlPlane.demandStatus(demand.id, 30_000, new AbortController().signal);
    }
    delay.disable();
    const record = status.records[0] as IngestionRecord;
    const [runRecord] = await platform.controlPlane.runLog({ limit: 1 });
    const { cpuSeconds, peakRssBytes, eventLoopDelayP99Ms } = runRecord as RunRecord;
    return {
      rows: record.counters.read,
      stored: record.counters.stored,
      seconds: record.seconds,
      cpuSeconds,
      peakRssBytes,
      runnerDelayMs: eventLoopDelayP99Ms,
      controlPlaneDelayMs: delay.percentile(99) / 1e6,
    };
  } finally {
    await platform.stop();
  }
}

function report(name: string, size: number, peer: Figures[], ours: (Figures & Ingested)[]): void {
  const rate = ({ rows, seconds }: Figures) => rows / seconds;
  const peerRate = median(peer.map(rate));
  const ourRate = median(ours.map(rate));
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const line = (label: string, rowsPerSecond: number, all: Figures[], more: string) =>
    `  ${label.padEnd(18)}${Math.round(rowsPerSecond).toLocaleString('en').padStart(9)} rows/s  peak ${mib(median(all.map((one) => one.peakRssBytes)))}${more}\n`;
  process.stdout.write(
    `${name}: ${(ours[0]?.rows ?? 0).toLocaleString('en')} records, ${(size / 1e6).toFixed(1)} MB, median of ${rounds}\n` +
      line('csv-parse alone', peerRate, peer, '') +
      line(
        'mysimbdp',
        ourRate,
        ours,
        `, ${median(ours.map((one) => one.cpuSeconds)).toFixed(1)} CPU s` +
          `, event-loop delay p99 ${median(ours.map((one) => one.controlPlaneDelayMs)).toFixed(1)} ms (control plane)` +
          `, ${median(ours.map((one) => one.runnerDelayMs)).toFixed(1)} ms (runner)`,
      ) +
      `  ratio ${(ourRate / peerRate).toFixed(2)}\n`,
  );
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
