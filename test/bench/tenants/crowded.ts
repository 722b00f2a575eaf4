import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pause } from '../../../src/foundation/deadlines.ts';
import { startPlatform } from '../../../src/platform/start-platform.ts';
import { say, whole } from '../bench-platform.ts';
import { makeTenants, stageReviews } from './many-tenants.ts';

const fileCount = Number(process.env.BENCH_CROWD ?? 20_000);
const seconds = Number(process.env.BENCH_CROWD_SECONDS ?? 60);
const maxFiles = 10;

/** One staging directory with very many small files: what each file that leaves it costs the control plane. */
export async function benchCrowded(root: string): Promise<void> {
  const folder = await makeTenants(join(root, 'crowded'), [{ name: 'crowd', weight: 1 }], maxFiles);
  for (let i = 0; i < fileCount; i++) await stageReviews(folder, 'crowd', `f${i}.tsv`, 3);
  const platform = await startPlatform(folder);
  const { controlPlane } = platform;
  const ingested = async () => (await controlPlane.ingestionLog({ limit: 100_000 })).length;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  try {
    while ((await ingested()) === 0) await pause(100);
    delay.enable();
    const [files, cpu, began] = [await ingested(), process.cpuUsage(), performance.now()];
    await pause(seconds * 1000);
    const took = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    delay.disable();
    const done = (await ingested()) - files;
    say(
      `${whole(fileCount)} files in one staging directory, runs of ${maxFiles}: ${(done / took).toFixed(1)} files/s, control plane ${((user + system) / 1e4 / took).toFixed(0)} % of a core, event-loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
    );
  } finally {
    await platform.stop();
  }
}
