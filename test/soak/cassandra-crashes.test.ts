import assert from 'node:assert/strict';
import { crashRound } from './crash-harness.ts';
import { tenantName, type AppKind } from './crash-tenants.ts';
import type { Blow } from './killer.ts';
import { useDocker } from '../docker/harness/use-docker.ts';

describe('a crash while rows go into Cassandra', function () {
  useDocker();
  const module: AppKind = { form: 'module', stateful: false };
  const command: AppKind = { form: 'command', stateful: true };

  it('of runners ten times, and of control planes ten times, loses nothing and doubles nothing', async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(300_000);
    const seed = Number(process.env.MYSIMBDP_CRASH_SEED ?? Math.floor(Math.random() * 1e9));
    const { kills } = await crashRound({
      seed,
      runtime: 'docker',
      apps: [module, command],
      formats: ['csv', 'csv.gz'],
      records: [9000, 12_000],
      rowsPerSecond: 700,
      blows: Array.from({ length: 10 }, (_, i): Blow[] => [
        { kills: 'runner', of: tenantName(i % 2 === 0 ? module : command) },
        { kills: 'manager' },
      ]).flat(),
      longestPauseMs: 600,
      absences: 0,
    });
    const of = (what: string) => [...kills].reduce((sum, [key, count]) => sum + (key.startsWith(what) ? count : 0), 0);
    assert.ok(of('runner') >= 8 && of('manager') >= 8, `seed ${seed}: ${JSON.stringify([...kills])}`);
  });
});
