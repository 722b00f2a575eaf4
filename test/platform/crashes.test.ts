import assert from 'node:assert/strict';
import { mkdirSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crashRound } from '../soak/crash-harness.ts';
import { CrashingPlatform } from '../soak/crashing-platform.ts';
import { tenantName, type AppKind } from '../soak/crash-tenants.ts';
import { PlatformFixture } from './platform-fixture.ts';

// The short form of `npm run test:soak`. MYSIMBDP_CRASH_SEED repeats a round; a failure names its seed.

describe('a crash', () => {
  const module: AppKind = { form: 'module', stateful: false };
  const command: AppKind = { form: 'command', stateful: true };

  it('of a runner, the control plane, or both, loses nothing and doubles nothing', async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(180_000);
    const seed = Number(process.env.MYSIMBDP_CRASH_SEED ?? Math.floor(Math.random() * 1e9));
    const { kills } = await crashRound({
      seed,
      apps: [module, command],
      formats: ['csv', 'csv.gz', 'ndjson'],
      records: [1500, 2500],
      rowsPerSecond: 1500,
      blows: [
        { kills: 'runner', of: tenantName(module) },
        { kills: 'both', of: tenantName(command) },
        { kills: 'both', of: tenantName(module) },
        { kills: 'runner', of: tenantName(command) },
        { kills: 'manager' },
        { kills: 'runner' },
      ],
      longestPauseMs: 600,
      absences: 0,
    });
    // Which blow hits what depends on the pace of the machine; the long form sees to it that each kind does.
    assert.ok(kills.size > 0, `seed ${seed}: no kill hit anything`);
  });

  it('of the start of a runner leaves no process behind that waits for its job', async function () {
    if (process.platform !== 'linux') this.skip();
    const fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const work = dirname(fixture.folder.work('acme-1'));
    await mkdir(work, { recursive: true });
    // As soon as there is a run, the pid of its runner cannot be noted.
    const watcher = watch(work, (_, run) => {
      if (run === 'acme-1') mkdirSync(join(work, run, 'runner.json', 'in-the-way'), { recursive: true });
    });
    try {
      await fixture.up();
      const record = await fixture.ingest('acme', 'a.csv', 'id,name\n1,a\n');
      assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'RUNNER_NOT_STARTED']);
      assert.deepEqual(new CrashingPlatform(fixture.folder).runnersLeft(), []);
    } finally {
      watcher.close();
      await fixture.dispose();
    }
  });
});
