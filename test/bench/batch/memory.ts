import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchPlatform, generateReviews, megabytes, say, whole } from '../bench-platform.ts';

/** Bytes of an average review line; the sizes below are met well enough by it. */
const bytesPerRow = 420;
/** Megabytes; the large one can be made smaller by environment, for a first look. */
const sizes = [50, Number(process.env.BENCH_LARGE_MB ?? 2000)];

/** The runner's peak resident memory over a small and a large file: it must not grow with the file. */
export async function benchMemory(folder: string): Promise<void> {
  say('memory of the runner:');
  const peaks: number[] = [];
  for (const [i, size] of sizes.entries()) {
    const file = join(folder, `reviews-${size}.tsv`);
    await generateReviews(file, Math.round((size * 1e6) / bytesPerRow));
    const root = join(folder, `memory-${i}`);
    const bench = await BenchPlatform.start(root, 'reviews');
    try {
      const { record, run } = await bench.ingest(file);
      peaks.push(run.peakRssBytes);
      const rate = whole(record.counters.read / record.seconds);
      say(
        `  ${megabytes((await stat(file)).size)}, ${whole(record.counters.read)} records: peak ${megabytes(run.peakRssBytes)}, ${rate} rows/s`,
      );
    } finally {
      await bench.stop();
      await rm(file);
      await rm(root, { recursive: true });
    }
  }
  say(`  ratio of the peaks ${((peaks[1] ?? 0) / (peaks[0] ?? 1)).toFixed(2)}`);
}
