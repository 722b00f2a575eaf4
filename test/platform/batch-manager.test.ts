import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runPlan } from '../../src/batch/run-plan.ts';
import { reasonPath } from '../../src/batch/quarantine-places.ts';
import { until } from '../../src/foundation/deadlines.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import { MetadataStore } from '../../src/records/metadata-store.ts';
import { assertAccounted, itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 20_000;
const csvOf = (ids: number[]) => `id,name\n${ids.map((id) => `${id},n${id}`).join('\n')}\n`;
const csv = (...ids: number[]) => csvOf(ids);
/** Slow enough to be met half-way: the quota lets 2,000 records a second pass. */
const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 2000 } }' });
const manyIds = Array.from({ length: 12_000 }, (_, i) => i + 1);

async function log(fixture: PlatformFixture, tenant?: string): Promise<IngestionRecord[]> {
  const { controlPlane } = await fixture.up();
  const records = await controlPlane.ingestionLog(tenant === undefined ? { limit: 1000 } : { tenant, limit: 1000 });
  return records.reverse();
}

async function logged(fixture: PlatformFixture, tenant: string, count: number): Promise<IngestionRecord[]> {
  return until(patienceMs, `${count} records of ${tenant} in the ingestion log`, async () => {
    const records = await log(fixture, tenant);
    return records.length >= count ? records : undefined;
  });
}

describe('the batch manager', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  it('ingests what arrives, without being asked', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    await fixture.up();
    await fixture.stage('acme', 'items.csv', csv(1, 2));
    const [record] = await logged(fixture, 'acme', 1);
    assert.equal(record!.outcome, 'ingested');
    assert.equal((await fixture.rows('acme')).length, 2);
  });

  it('leaves a file alone until it has not changed for settleSeconds', async () => {
    const batch = '{ files: { settleSeconds: 1 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    await fixture.up();
    await fixture.write('tenants/acme/staging/growing.csv', csv(1));
    for (let id = 2; id <= 8; id++) {
      const grownAt = performance.now();
      await appendFile(join(fixture.folder.staging('acme'), 'growing.csv'), `${id},n${id}\n`);
      await until(patienceMs, 'a moment', () => performance.now() - grownAt > 250);
    }
    const [record] = await logged(fixture, 'acme', 1);
    assert.equal(record!.counters.read, 8);
  });

  it('runs a manual app on demand only, and a cron app at its time', async () => {
    const profile = itemsProfile({ app: 'schedule: manual' });
    const everySecond = itemsProfile({ app: 'schedule: "* * * * * *"' });
    fixture = await PlatformFixture.create([
      { name: 'by_hand', profile },
      { name: 'by_clock', profile: everySecond },
    ]);
    await fixture.stage('by_hand', 'a.csv', csv(1));
    await fixture.stage('by_clock', 'a.csv', csv(1));
    await fixture.up();
    await logged(fixture, 'by_clock', 1);
    assert.deepEqual(await log(fixture, 'by_hand'), []);
    const { records } = await fixture.run('by_hand');
    assert.deepEqual(
      records.map((record) => record.outcome),
      ['ingested'],
    );
    const runs = await (await fixture.up()).controlPlane.runLog({ limit: 10 });
    assert.deepEqual(runs.map((run) => [run.tenant, run.trigger]).sort(), [
      ['by_clock', 'cron'],
      ['by_hand', 'demand'],
    ]);
  });

  it('takes in tenants that are registered while it runs, and lets go of those that are removed', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const { controlPlane } = await fixture.up();
    await fixture.addTenant({ name: 'late' });
    await fixture.stage('late', 'a.csv', csv(1));
    await fixture.write('mysimbdp.yaml', 'platform: test\ntenants:\n  - name: acme\n  - name: late\n');
    await logged(fixture, 'late', 1);
    await controlPlane.removeTenant('late', false);
    await fixture.stage('late', 'b.csv', csv(2));
    await fixture.stage('acme', 'a.csv', csv(1));
    await logged(fixture, 'acme', 1);
    assert.equal((await log(fixture, 'late')).length, 1);
    assert.ok(existsSync(join(fixture.folder.staging('late'), 'b.csv')));
    assert.match(await fixture.read('mysimbdp.yaml'), /acme/);
  });

  it('follows a changed profile from the next run on, and a broken one not at all', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const { controlPlane } = await fixture.up();
    const before = await fixture.ingest('acme', 'a.csv', csv(1));
    await fixture.write('tenants/acme/tenant.yaml', `tenant: acme\n${itemsProfile({ files: '*.tsv' })}`);
    await until(patienceMs, 'the new profile', async () => {
      await fixture.stage('acme', 'b.csv', csv(2));
      const { records } = await fixture.run('acme');
      return records.some((record) => record.cause?.code === 'NO_APP_FOR_FILE');
    });
    await fixture.write('tenants/acme/tenant.yaml', 'tenant: acme\ntables: 5\n');
    const problem = await until(patienceMs, 'the problem of the profile', async () => {
      const { tenants } = await controlPlane.status();
      return tenants[0]!.problem ?? undefined;
    });
    assert.equal(problem.code, 'PROFILE_BROKEN');
    assert.match(problem.message, /tenants\/acme\/tenant\.yaml:\d/);
    assert.equal(before.outcome, 'ingested');
  });

  it('takes at most maxFiles into a run; the others wait for the next', async () => {
    const batch = '{ files: { settleSeconds: 0, maxFiles: 2 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    for (let i = 1; i <= 5; i++) await fixture.stage('acme', `f${i}.csv`, csv(i));
    const { records } = await fixture.run('acme');
    assert.equal(records.length, 5);
    const runs = await (await fixture.up()).controlPlane.runLog({ limit: 10 });
    assert.deepEqual(runs.map((run) => [run.batchNumber, run.files]).sort(), [
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  it('lets no tenant wait behind the backlog of another', async () => {
    const batch = '{ files: { settleSeconds: 0, maxFiles: 1 } }';
    const profile = itemsProfile({ batch });
    const limits = 'limits: { concurrentRuns: 1 }';
    fixture = await PlatformFixture.create(
      ['busy', 'quiet'].map((name) => ({ name, profile })),
      limits,
    );
    for (let i = 1; i <= 6; i++) await fixture.stage('busy', `f${i}.csv`, csv(i));
    await fixture.stage('quiet', 'only.csv', csv(1));
    await fixture.run();
    const order = (await log(fixture)).sort((a, b) => a.startedAt - b.startedAt).map((record) => record.tenant);
    assert.ok(order.indexOf('quiet') <= 1, order.join(' '));
  });

  it('defers what the quota of the day does not reach, also after a restart, until the next day', async () => {
    const batch = '{ files: { settleSeconds: 0 }, quota: { mbPerDay: 0.001 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    const ids = Array.from({ length: 80 }, (_, i) => i);
    let now = Date.parse('2026-03-01T12:00:00Z');
    await fixture.up({ now: () => now });
    assert.equal((await fixture.ingest('acme', 'first.csv', csvOf(ids))).outcome, 'ingested');
    const deferred = await fixture.ingest('acme', 'second.csv', csvOf(ids.map((id) => id + 1000)));
    assert.equal(deferred.outcome, 'deferred');
    assert.equal(deferred.cause!.code, 'DAY_QUOTA_USED');
    await fixture.down();

    now += 3_600_000;
    await fixture.up({ now: () => now });
    const { records } = await fixture.run('acme');
    assert.deepEqual(
      records.map((record) => record.outcome),
      ['deferred'],
    );
    assert.equal((await log(fixture, 'acme')).filter((record) => record.outcome === 'deferred').length, 1);

    now += 12 * 3_600_000;
    const next = await fixture.run('acme');
    assert.deepEqual(
      next.records.map((record) => [record.file, record.outcome]),
      [['second.csv', 'ingested']],
    );
  });

  it('refuses a file that is larger than the quota of a whole day', async () => {
    const batch = '{ files: { settleSeconds: 0 }, quota: { mbPerDay: 0.00001 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    const record = await fixture.ingest('acme', 'a.csv', csv(1, 2, 3, 4));
    assert.deepEqual([record.outcome, record.cause!.code], ['refused', 'FILE_OVER_DAY_QUOTA']);
  });

  it('takes a refused or deferred file as soon as the file, or what kept it out, has changed', async () => {
    const batch = (quota: string, size: string) =>
      `{ files: { settleSeconds: 0, maxFileSizeMb: ${size} }, quota: { mbPerDay: ${quota} } }`;
    const profile = (quota: string, size = '0.001') => `tenant: acme\n${itemsProfile({ batch: batch(quota, size) })}`;
    fixture = await PlatformFixture.create([
      { name: 'acme', profile: itemsProfile({ batch: batch('0.001', '0.001') }) },
    ]);
    await fixture.up();
    const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
    const large = await fixture.ingest('acme', 'a.csv', csvOf(ids(0, 300)));
    assert.deepEqual([large.outcome, large.cause!.code], ['refused', 'FILE_TOO_LARGE']);
    assert.equal((await fixture.ingest('acme', 'a.csv', csvOf(ids(0, 70)))).outcome, 'ingested');
    assert.equal((await fixture.ingest('acme', 'b.csv', csvOf(ids(1000, 70)))).outcome, 'deferred');
    await fixture.write('tenants/acme/tenant.yaml', profile('1'));
    const [record] = await logged(fixture, 'acme', 4).then((log) =>
      log.filter(({ file }) => file === 'b.csv').slice(-1),
    );
    assert.equal(record!.outcome, 'ingested');
  });

  it('lets nobody wait for places that a lowered limit takes away', async () => {
    const killing = "process.kill(process.pid, 'SIGKILL'); export default { wrangle: (row) => row };";
    const wide = itemsProfile({ app: 'resources: { cpus: 4 }' });
    fixture = await PlatformFixture.create(
      [{ name: 'wide', profile: wide, files: { 'apps/items/app.ts': killing } }, { name: 'small' }],
      'limits: { concurrentRuns: 4 }',
    );
    await fixture.up();
    await fixture.stage('wide', 'a.csv', csv(1));
    await until(patienceMs, 'an attempt in vain', async () => {
      const text = await fixture.read('.mysimbdp/logs/platform.log').catch(() => '');
      return text.includes('"type":"run-cut-off"');
    });
    const platform = 'platform: test\nlimits: { concurrentRuns: 2 }\ntenants:\n  - name: wide\n  - name: small\n';
    await fixture.write('mysimbdp.yaml', platform);
    const [given] = await logged(fixture, 'wide', 1);
    assert.equal(given!.outcome, 'failed');
    assert.equal((await fixture.ingest('small', 'b.csv', csv(2))).outcome, 'ingested');
  });

  it('goes on with no more runs at a time than it may have', async () => {
    const tenants = ['one', 'two'].map((name) => ({ name, profile: slow }));
    fixture = await PlatformFixture.create(tenants, 'limits: { concurrentRuns: 2 }');
    const { controlPlane } = await fixture.up();
    for (const { name } of tenants) await fixture.stage(name, 'a.csv', csvOf(manyIds.slice(0, 6000)));
    await until(patienceMs, 'two runs', async () => {
      const { runs } = await controlPlane.status();
      return runs.length === 2 && runs.every(({ report }) => (report?.counters.read ?? 0) > 0);
    });
    await fixture.down();
    const list = 'tenants:\n  - name: one\n  - name: two\n';
    await fixture.write('mysimbdp.yaml', `platform: test\nlimits: { concurrentRuns: 1 }\n${list}`);
    const next = await fixture.up();
    let most = 0;
    await until(patienceMs, 'the end of both', async () => {
      const { runs } = await next.controlPlane.status();
      most = Math.max(most, runs.length);
      return (await log(fixture)).length === 2;
    });
    assert.equal(most, 1);
  });

  it('calls a file failed when more is in quarantine than the profile tolerates', async () => {
    const profile = itemsProfile({ app: 'tolerance: { quarantinedPercent: 10 }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile }]);
    const record = await fixture.ingest('acme', 'a.csv', 'id,name\n1,a\nx,b\n3,c\n');
    assert.deepEqual([record.outcome, record.cause!.code], ['failed', 'TOLERANCE_EXCEEDED']);
    assert.equal((await fixture.rows('acme')).length, 2);
    assert.match(await fixture.read(reasonPath(record.location!)), /TOLERANCE_EXCEEDED/);
  });

  it('takes two files with the same content in one run for one', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    await fixture.stage('acme', 'a.csv', csv(1, 2));
    await fixture.stage('acme', 'b.csv', csv(1, 2));
    const { records } = await fixture.run('acme');
    assert.deepEqual(records.map((record) => record.outcome).sort(), ['duplicate', 'ingested']);
  });

  it('changes the rate of a run while it runs', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    // At the rate of its profile the file would take 150 seconds.
    await fixture.stage('acme', 'slow.csv', csvOf(Array.from({ length: 300_000 }, (_, i) => i)));
    const run = await until(patienceMs, 'the first report of the run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find((candidate) => (candidate.report?.counters.read ?? 0) > 0);
    });
    assert.ok(run.report!.counters.read < 100_000);
    controlPlane.setRate(run.runId, { rowsPerSecond: null, bytesPerSecond: null });
    const [record] = await logged(fixture, 'acme', 1);
    assert.equal(record!.counters.stored, 300_000);
    assert.ok(record!.seconds < 60, `took ${record!.seconds} s`);
  });

  it('ends a cancelled run and puts its file into quarantine', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'slow.csv', csvOf(manyIds));
    const run = await until(patienceMs, 'a run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find((candidate) => (candidate.report?.counters.read ?? 0) > 0);
    });
    await controlPlane.cancelRun(run.runId);
    const [record] = await logged(fixture, 'acme', 1);
    assert.deepEqual([record!.outcome, record!.cause!.code], ['cancelled', 'RUN_CANCELLED']);
    assert.ok(existsSync(join(fixture.folder.root, record!.location!)));
    // It is recorded first: what is removed before could not be settled again.
    const { workFolders } = fixture.folder;
    await until(patienceMs, 'an empty work folder', async () => (await readdir(workFolders)).length === 0);
  });

  it('keeps in mind that a run is cancelled, should the control plane die before the run ends', async () => {
    const hanging = 'export default { wrangle() { for (;;); } };';
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': hanging } }]);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'a.csv', csv(1));
    const run = await until(patienceMs, 'a run', async () => (await controlPlane.status()).runs[0]);
    await controlPlane.cancelRun(run.runId);
    const store = await MetadataStore.open({ metadata: fixture.folder.metadataFile });
    try {
      await until(patienceMs, 'the verdict', async () => {
        const open = (await store.openRuns()).find(({ runId }) => runId === run.runId);
        // It is gone once the run is over: then it was not kept before.
        assert.ok(open, 'the run ended first');
        return runPlan.parse(open.job).verdict?.outcome === 'cancelled';
      });
    } finally {
      await store.dispose();
    }
    const [record] = await logged(fixture, 'acme', 1);
    assert.equal(record!.outcome, 'cancelled');
  });

  it('cancels a run that waits for its next attempt', async () => {
    const app = "process.kill(process.pid, 'SIGKILL'); export default { wrangle: (row) => row };";
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': app } }]);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'a.csv', csv(1));
    await until(patienceMs, 'the second attempt to be waited for', async () => {
      if ((await controlPlane.status()).runs.length > 0) return false;
      const log = await fixture.read('.mysimbdp/logs/platform.log').catch(() => '');
      return (log.match(/"type":"run-cut-off"/g) ?? []).length >= 2;
    });
    await controlPlane.cancelRun('acme-1');
    const [record] = await logged(fixture, 'acme', 1);
    assert.equal(record!.outcome, 'cancelled');
    await assert.rejects(controlPlane.cancelRun('acme-1'), { code: 'RUN_NOT_FOUND' });
  });

  it('resumes a run that the stop of the platform cut off, and loses and doubles nothing', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    const content = csvOf(manyIds)
      .replace('\n100,n100\n', '\nbad,n100\n')
      .replace('\n11000,n11000\n', '\nbad,n11000\n');
    await fixture.stage('acme', 'slow.csv', content);
    await until(patienceMs, 'progress', async () => {
      const { runs } = await controlPlane.status();
      return runs.some((candidate) => (candidate.report?.counters.read ?? 0) > 2000);
    });
    await fixture.down();
    assert.equal((await readdir(fixture.folder.workFolders)).length, 1);

    await fixture.up();
    const [record] = await logged(fixture, 'acme', 1);
    assertAccounted(record!);
    assert.deepEqual(
      [record!.counters.read, record!.counters.stored, record!.counters.quarantined],
      [12_000, 11_998, 2],
    );
    assert.equal((await fixture.rows('acme')).length, 11_998);
    assert.deepEqual(
      (await fixture.rejects(record!)).map((reject) => reject.line),
      [101, 11_001],
    );
  });

  it('goes on where it was when its runner is killed', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'slow.csv', csvOf(manyIds).replace('\n200,n200\n', '\nbad,n200\n'));
    const run = await until(patienceMs, 'progress', async () => {
      const { runs } = await controlPlane.status();
      return runs.find((candidate) => (candidate.report?.counters.read ?? 0) > 4000);
    });
    const { pid } = JSON.parse(await fixture.read(`.mysimbdp/work/${run.runId}/runner.json`)) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const [record] = await logged(fixture, 'acme', 1);
    assertAccounted(record!);
    assert.deepEqual([record!.outcome, record!.counters.read, record!.counters.stored], ['partial', 12_000, 11_999]);
    assert.equal((await fixture.rows('acme')).length, 11_999);
    assert.equal((await fixture.rejects(record!)).length, 1);
    assert.match(await fixture.read('.mysimbdp/logs/platform.log'), /"type":"run-cut-off"/);
  });

  it('gives a run up whose app kills its runner every time', async () => {
    const app = "process.kill(process.pid, 'SIGKILL'); export default { wrangle: (row) => row };";
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': app } }]);
    const record = await fixture.ingest('acme', 'a.csv', csv(1));
    assert.deepEqual([record.outcome, record.cause!.code], ['failed', 'RUNNER_CRASHED']);
    assert.match(record.cause!.message, /SIGKILL/);
  });

  it('is owned by one control plane at a time', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    await fixture.up();
    await assert.rejects(fixture.another(), { code: 'PLATFORM_OWNED' });
  });

  it('counts everything in the statistics of tenant and platform', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }, { name: 'other' }]);
    await fixture.ingest('acme', 'a.csv', csv(1, 2, 3));
    await fixture.ingest('acme', 'b.csv', 'id,name\nx,y\n4,z\n');
    await fixture.ingest('other', 'a.txt', 'nothing');
    const { controlPlane } = await fixture.up();
    const { total, byTenant } = await controlPlane.statistics(undefined);
    assert.equal(total.files, 3);
    assert.deepEqual(total.outcomes, { ingested: 1, partial: 1, refused: 1 });
    assert.deepEqual([total.counters.read, total.counters.stored, total.counters.quarantined], [5, 4, 1]);
    assert.deepEqual(
      byTenant.map(({ key, statistics }) => [key, statistics.files]),
      [
        ['acme', 2],
        ['other', 1],
      ],
    );
    const tenantLog = await fixture.read('.mysimbdp/logs/acme/clientbatchingestapp.log');
    assert.match(tenantLog, /"type":"file"/);
    const platformLog = await fixture.read('.mysimbdp/logs/platform.log');
    assert.match(platformLog, /"present":\["acme","other"\],"registered":\["acme","other"\]/);
  });
});
