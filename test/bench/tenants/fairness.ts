import { join } from 'node:path';
import { pause } from '../../../src/foundation/deadlines.ts';
import { startPlatform } from '../../../src/platform/start-platform.ts';
import { say, whole } from '../bench-platform.ts';
import type { SceneTenant } from './many-tenants.ts';
import { makeTenants, stageReviews } from './many-tenants.ts';

const tenantCount = 24;
const filesEach = 40;

/** Tenants of four weights with backlogs of unlike files: how evenly bytes are shared while all have work. */
export async function benchFairness(root: string): Promise<void> {
  const tenants = Array.from({ length: tenantCount }, (_, i): SceneTenant => ({ name: `t${i}`, weight: 1 + (i % 4) }));
  const folder = await makeTenants(join(root, 'fairness'), tenants, 1);
  for (const [i, { name }] of tenants.entries()) {
    // Some tenants have files of 4 KB, others of 40.
    for (let file = 0; file < filesEach; file++) await stageReviews(folder, name, `f${file}.tsv`, 10 * (1 + (i % 10)));
  }
  const platform = await startPlatform(folder);
  const { controlPlane } = platform;
  const served = new Map(tenants.map(({ name }) => [name, 0]));
  let runs = 0;
  try {
    await controlPlane.demandBatch({});
    // Until the first has nothing left: then the others share what it leaves.
    for (;;) {
      const log = (await controlPlane.runLog({ limit: 100_000 })).sort((a, b) => a.startedAt - b.startedAt);
      const left = new Map(tenants.map(({ name }) => [name, filesEach]));
      const drained = log.findIndex(({ tenant }) => {
        left.set(tenant, (left.get(tenant) ?? 0) - 1);
        return left.get(tenant) === 0;
      });
      if (drained >= 0) {
        for (const { tenant, fileBytes } of log.slice(0, drained + 1)) {
          served.set(tenant, (served.get(tenant) ?? 0) + fileBytes);
        }
        runs = drained + 1;
        break;
      }
      await pause(1000);
    }
  } finally {
    await platform.stop();
  }
  const perWeight = tenants.map(({ name, weight }) => (served.get(name) ?? 0) / weight);
  say(
    `${tenantCount} tenants of weights 1 to 4, all with a backlog, ${whole(runs)} runs: Jain's index over bytes per unit of weight ${jain(perWeight).toFixed(3)}`,
  );
}

/** 1 when all values are equal, 1/n when one has everything (Jain, Chiu, Hawe 1984). */
function jain(values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  return sum ** 2 / (values.length * values.reduce((a, b) => a + b * b, 0));
}
