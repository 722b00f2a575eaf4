import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { BenchPlatform, generateReviews, median, megabytes, say, whole } from '../bench-platform.ts';

const rounds = 3;
const run = promisify(execFile);
const csvParseAlone = new URL('./csv-parse-alone.ts', import.meta.url).pathname;
const bulkInsert = new URL('./bulk-insert.ts', import.meta.url).pathname;

interface Dataset {
  name: string;
  file: string;
  delimiter: string;
  quote: string;
  /** Columns of the key in the peer's table, as SQL; empty where the rows have none of their own. */
  key: string;
}

interface Figures {
  rows: number;
  seconds: number;
  peakRssBytes: number;
}

interface Ingested extends Figures {
  cpuSeconds: number;
  /** p99 in ms, of the runner, and of the control plane while the run lasted. */
  runnerDelayMs: number;
  controlPlaneDelayMs: number;
}

/**
 * The whole ingestion path (decode, app, convert, CoreDms, quarantine, checkpoint) beside csv-parse alone and beside a bare
 * bulk insert on the same file, in turn. Medians over the rounds; the files are read from the page cache.
 */
export async function benchSpeed(folder: string): Promise<void> {
  for (const dataset of await datasets(folder)) {
    const alone: Figures[] = [];
    const bulk: Figures[] = [];
    const ours: Ingested[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await peer(csvParseAlone, dataset));
      bulk.push(await peer(bulkInsert, dataset));
      ours.push(await ingest(join(folder, `${dataset.name}-${round}`), dataset));
    }
    await report(dataset, alone, bulk, ours);
  }
}

async function datasets(folder: string): Promise<Dataset[]> {
  const reviews = join(folder, 'gift_card.tsv');
  await generateReviews(reviews, 148_310);
  const birdstrikes = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/birdstrikes.csv');
  return [
    { name: 'reviews', file: reviews, delimiter: '\t', quote: '', key: 'product_id, review_id' },
    { name: 'birdstrikes', file: birdstrikes, delimiter: ',', quote: '"', key: '' },
  ];
}

async function peer(script: string, { file, delimiter, quote, key }: Dataset): Promise<Figures> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, file, delimiter, quote, key]);
  return JSON.parse(stdout) as Figures;
}

async function ingest(root: string, { name, file }: Dataset): Promise<Ingested> {
  const bench = await BenchPlatform.start(root, name);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  try {
    const { record, run: runRecord } = await bench.ingest(file);
    delay.disable();
    return {
      rows: record.counters.read,
      seconds: record.seconds,
      cpuSeconds: runRecord.cpuSeconds,
      peakRssBytes: runRecord.peakRssBytes,
      runnerDelayMs: runRecord.eventLoopDelayP99Ms,
      controlPlaneDelayMs: delay.percentile(99) / 1e6,
    };
  } finally {
    await bench.stop();
  }
}

async function report({ name, file }: Dataset, alone: Figures[], bulk: Figures[], ours: Ingested[]): Promise<void> {
  const { size } = await stat(file);
  const rate = (all: readonly Figures[]) => median(all.map(({ rows, seconds }) => rows / seconds));
  const middle = (key: 'cpuSeconds' | 'controlPlaneDelayMs' | 'runnerDelayMs') =>
    median(ours.map((one) => one[key])).toFixed(1);
  const line = (label: string, all: readonly Figures[], more = '') =>
    say(
      `  ${label.padEnd(18)}${whole(rate(all)).padStart(9)} rows/s, peak ${megabytes(median(all.map((one) => one.peakRssBytes)))}${more}`,
    );
  say(`${name}: ${whole(ours[0]?.rows ?? 0)} records, ${(size / 1e6).toFixed(1)} MB, median of ${rounds}`);
  line('csv-parse alone', alone);
  line('bare bulk insert', bulk);
  line('mysimbdp', ours, `, ${middle('cpuSeconds')} CPU s`);
  say(
    `  event-loop delay p99 ${middle('controlPlaneDelayMs')} ms (control plane), ${middle('runnerDelayMs')} ms (runner); ` +
      `ratio to csv-parse alone ${(rate(ours) / rate(alone)).toFixed(2)}, to the bulk insert ${(rate(ours) / rate(bulk)).toFixed(2)}`,
  );
}
