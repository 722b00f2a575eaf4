import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCredentials } from '../../../src/runtimes/docker/credentials.ts';
import { purgeServices } from '../../../src/runtimes/docker/found-services.ts';
import { BenchPlatform, generateReviews, median, megabytes, say, whole } from '../bench-platform.ts';

const rounds = 3;
const records = 148_310;
const run = promisify(execFile);
const loop = new URL('./cassandra-loop.ts', import.meta.url).pathname;

interface Figures {
  rows: number;
  seconds: number;
  peakRssBytes: number;
}

/**
 * The whole ingestion path into Cassandra, with wrangling, conversion, ledger and quarantine, beside a plain loop of cassandra-driver
 * without any of them, by turns into the same server. It needs a container engine.
 */
export async function benchPeers(folder: string): Promise<void> {
  const file = join(folder, 'reviews.tsv');
  await generateReviews(file, records);
  const bench = await BenchPlatform.start(join(folder, 'platform'), 'reviews', '', 'docker');
  try {
    const plain: Figures[] = [];
    const ours: (Figures & { cpuSeconds: number })[] = [];
    for (let round = 0; round < rounds; round++) {
      plain.push(await plainLoop(bench, file));
      // The same bytes are ingested once, so each round has a file of its own.
      await generateReviews(file, records, round);
      const { record, run: ended } = await bench.ingest(file);
      const { cpuSeconds, peakRssBytes } = ended;
      ours.push({ rows: record.counters.read, seconds: record.seconds, cpuSeconds, peakRssBytes });
    }
    const rate = (all: readonly Figures[]) => median(all.map(({ rows, seconds }) => rows / seconds));
    const peak = (all: readonly Figures[]) => megabytes(median(all.map(({ peakRssBytes }) => peakRssBytes)));
    say(`reviews into Cassandra: ${whole(records)} records, median of ${rounds}`);
    say(`  plain driver loop ${whole(rate(plain)).padStart(9)} rows/s, peak ${peak(plain)}`);
    const cpu = median(ours.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1);
    say(`  mysimbdp          ${whole(rate(ours)).padStart(9)} rows/s, peak ${peak(ours)}, ${cpu} CPU s`);
    say(`  ratio ${(rate(ours) / rate(plain)).toFixed(2)}`);
  } finally {
    await bench.stop();
    await purgeServices(bench.folder, undefined);
  }
}

async function plainLoop({ platform, folder }: BenchPlatform, file: string): Promise<Figures> {
  const { services } = await platform.controlPlane.status();
  const credentials = await readCredentials(folder.servicesFile);
  const running = run(process.execPath, ['--import', 'tsx', loop, file, '\t', '', 'product_id, review_id']);
  running.child.stdin?.end(
    JSON.stringify({
      contactPoint: services.find(({ service }) => service === 'cassandra-1')?.endpoint,
      dataCenter: 'dc1',
      ...credentials?.cassandra,
    }),
  );
  return JSON.parse((await running).stdout) as Figures;
}
