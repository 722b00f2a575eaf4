import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import { loadPlatform } from '../../src/tenants/load.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const count = 20_000;
const long = 'long'.repeat(100);
const file = (from: number, extra = '') =>
  `id,name${extra && ',extra'}\n${Array.from({ length: count }, (_, i) => {
    const name = i === count - 1 ? long : 'n';
    return `${from + i},${name}${extra && `,${extra}`}\n`;
  }).join('')}`;

/** Slow enough for the profile to change half-way. */
const batch = '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 8000 } }';
const before = itemsProfile({ batch });
/** One more column, and a limit that the last record of each file is over. */
const after = itemsProfile({ batch, app: 'maxRecordBytes: 300' }).replace('name: text,', 'name: text, extra: text,');

describe('a profile that changes while a run goes on', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  const version = async () => (await loadPlatform(fixture.folder)).profiles.get('acme')?.version;

  it('is that of the next run; the run keeps the one that it began with, also when it is cut off', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: before }]);
    const { controlPlane } = await fixture.up();
    const first = await version();
    await fixture.stage('acme', 'a.csv', file(0));
    const run = await until(patienceMs, 'the run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find(({ report }) => (report?.counters.stored ?? 0) > 0);
    });
    await fixture.write('tenants/acme/tenant.yaml', `tenant: acme\n${after}`);
    const second = await version();
    assert.notEqual(first, second);
    await until(patienceMs, 'the new profile', async () => {
      return (await fixture.read('.mysimbdp/logs/platform.log')).includes(`"version":"${second ?? ''}"`);
    });
    const { pid } = JSON.parse(await fixture.read(`.mysimbdp/work/${run.runId}/runner.json`)) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until(patienceMs, 'the end of the run', async () => (await fixture.log('acme')).length > 0);
    await expectFile(fixture, 'acme', 'a.csv', {
      outcome: 'ingested',
      counts: [count, count, 0, 0],
      place: 'archive',
    });
    assert.match(await fixture.read('.mysimbdp/logs/platform.log'), /"type":"run-cut-off"/);
    assert.ok(!('extra' in (await fixture.rows('acme'))[0]!), 'the run has the columns of the new profile');

    await fixture.stage('acme', 'b.csv', file(count, 'more'));
    await fixture.run('acme');
    const next = await expectFile(fixture, 'acme', 'b.csv', {
      outcome: 'partial',
      counts: [count, count - 1, 0, 1],
      place: 'archive',
    });
    assert.deepEqual(
      (await fixture.rejects(next)).map(({ code }) => code),
      ['RECORD_TOO_LONG'],
    );
    const rows = new Map((await fixture.rows('acme')).map((row) => [row.id, row]));
    assert.equal((await storedKeys(fixture, 'acme')).length, 2 * count - 1);
    assert.equal(rows.get(count - 1)?.name, long);
    assert.deepEqual([rows.get(0)?.extra, rows.get(count)?.extra], [null, 'more']);
    const runs = await fixture.runs('acme');
    assert.deepEqual(
      runs.map(({ batchNumber, profileVersion }) => [batchNumber, profileVersion]),
      [
        [2, second],
        [1, first],
      ],
    );
  });
});
