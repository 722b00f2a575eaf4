import { SeededRandom } from '../../src/cli/demo/random.ts';
import { crashRound } from './crash-harness.ts';
import { appKinds } from './crash-tenants.ts';
import type { Blow } from './killer.ts';

// npm run test:soak: MYSIMBDP_SOAK_KILLS is how many at least (default 200), MYSIMBDP_SOAK_SEED the seed of the first round
// (default: by chance), MYSIMBDP_SOAK_KEEP keeps the platform folder of a round that fails. A failure names its round's seed.

const wanted = Number(process.env.MYSIMBDP_SOAK_KILLS ?? 200);
const firstSeed = Number(process.env.MYSIMBDP_SOAK_SEED ?? Math.floor(Math.random() * 1e9));
const blowsOfRound = 24;

describe('crashes at any moment', () => {
  it(`${wanted} kills of runners and control planes, from seed ${firstSeed}, lose nothing and double nothing`, async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(0);
    const total = new Map<string, number>();
    let kills = 0;
    for (let seed = firstSeed; kills < wanted; seed++) {
      const random = new SeededRandom(seed ^ 0x5eed);
      const blows = Array.from({ length: blowsOfRound }, (): Blow => ({
        kills: random.pick(['runner', 'runner', 'manager', 'both']),
      }));
      const round = await crashRound({
        seed,
        apps: appKinds,
        formats: ['csv', 'csv.gz', 'ndjson'],
        records: random.chance(0.2) ? [10_000, 20_000] : [2000, 6000],
        rowsPerSecond: 3000,
        blows,
        longestPauseMs: 1500,
        absences: 0.04,
      });
      for (const [what, count] of round.kills) total.set(what, (total.get(what) ?? 0) + count);
      kills = [...total.values()].reduce((sum, count) => sum + count, 0);
      console.log(`seed ${seed}: ${round.files} files, ${round.records} records; ${kills} kills so far`);
    }
    for (const [what, count] of [...total].sort()) console.log(`${count.toString().padStart(6)} ${what}`);
  });
});
