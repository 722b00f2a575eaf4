import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { BatchManager } from '../../src/batch/batch-manager.ts';
import { FileHasher } from '../../src/batch/file-hash.ts';
import { runMark } from '../../src/batch/run-folder.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { CoreDmsOfTenants } from '../../src/platform/core-dms-of-tenants.ts';
import { tenantStandings } from '../../src/platform/tenant-standings.ts';
import { ProcessWatcher } from '../../src/processes/process-watcher.ts';
import { IngestionLogs } from '../../src/records/ingestion-logs.ts';
import { MetadataStore } from '../../src/records/metadata-store.ts';
import { loadPlatform } from '../../src/tenants/load.ts';
import { itemsProfile, itemsTables, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 20_000;
const csvOf = (ids: readonly number[]) => `id,name\n${ids.map((id) => `${id},n\n`).join('')}`;
const csv = (id: number) => csvOf([id]);
const rows = (count: number) => csvOf(Array.from({ length: count }, (_, i) => i));

describe('an app that is not run on arrival', () => {
  const profile = `
batch: { files: { settleSeconds: 60 } }
${itemsTables}
apps:
  - { name: hand, kind: batch, entry: apps/items/app.ts, files: "m*.csv", format: { type: csv }, table: items, schedule: manual }
  - { name: items, kind: batch, entry: apps/items/app.ts, files: "*.csv", format: { type: csv }, table: items }
`;
  let platform: PlatformFixture;
  afterEach(() => platform.dispose());

  it('has run what was there when it was demanded, and nothing that comes later, whatever comes for others', async () => {
    platform = await PlatformFixture.create([{ name: 'acme', profile }]);
    let ahead = 0;
    const { controlPlane } = await platform.up({ now: () => Date.now() + ahead });
    const waiting = (count: number) =>
      until(patienceMs, `${count} files to wait`, async () => {
        return (await controlPlane.status()).tenants[0]?.waitingFiles === count;
      });
    const ingested = (file: string) =>
      until(patienceMs, file, async () => (await platform.log('acme')).some((record) => record.file === file));

    await platform.stage('acme', 'm1.csv', csv(1));
    await waiting(1);
    await controlPlane.demandBatch({ tenant: 'acme', app: 'hand' });
    // By the second look after the demand it is known what that is about.
    await platform.stage('acme', 'a1.csv', csv(11));
    await waiting(2);
    await platform.stage('acme', 'a2.csv', csv(12));
    await waiting(3);
    ahead += 61_000;
    // From here on there is always a file that has not settled.
    await platform.stage('acme', 'a3.csv', csv(13));
    for (const file of ['m1.csv', 'a1.csv', 'a2.csv']) await ingested(file);
    await platform.stage('acme', 'm2.csv', csv(2));
    await waiting(2);
    ahead += 61_000;
    await platform.stage('acme', 'a4.csv', csv(14));
    await ingested('a3.csv');
    assert.ok((await platform.staging('acme')).includes('m2.csv'), 'nobody has demanded m2.csv');
    const runs = await platform.runs('acme');
    assert.equal(runs.filter(({ app }) => app === 'hand').length, 1);
  });

  /** One file a run, slow enough for something to happen meanwhile. */
  const oneByOne = (app: string) =>
    itemsProfile({ app, batch: '{ files: { settleSeconds: 0, maxFiles: 1 }, quota: { rowsPerSecond: 500 } }' });

  it('does not hold a demand up when it is gone from the profile', async () => {
    const profileOf = (name: string) => oneByOne('schedule: manual').replace('- name: items', `- name: ${name}`);
    platform = await PlatformFixture.create([{ name: 'acme', profile: profileOf('items') }]);
    await platform.stage('acme', 'a.csv', rows(1500), 70);
    await platform.stage('acme', 'b.csv', csv(5000), 60);
    const { controlPlane } = await platform.up();
    const demand = platform.run('acme');
    await until(patienceMs, 'the first run', async () => (await controlPlane.status()).runs.length === 1);
    await platform.write('tenants/acme/tenant.yaml', `tenant: acme\n${profileOf('renamed')}`);
    const { records } = await demand;
    assert.deepEqual(
      records.map(({ file, outcome }) => [file, outcome]),
      [['a.csv', 'ingested']],
    );
    assert.deepEqual(await platform.staging('acme'), ['b.csv']);
    assert.equal((await controlPlane.status()).tenants[0]?.waitingFiles, 1);
  });

  it('has run what was demanded also under the name that a run gives it back with', async () => {
    const batch = '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 500 } }';
    const profile = itemsProfile({ app: 'schedule: manual', batch });
    const app = `export default { wrangle: (row) => row.name === 'last' ? process.exit(3) : row };`;
    platform = await PlatformFixture.create([{ name: 'acme', profile, files: { 'apps/items/app.ts': app } }]);
    await platform.stage('acme', 'a.csv', `${rows(1000)}1001,last\n`, 70);
    await platform.stage('acme', 'b.csv', csv(5000), 60);
    const { controlPlane } = await platform.up();
    const demand = platform.run('acme');
    await until(patienceMs, 'the run', async () => (await controlPlane.status()).runs.length === 1);
    await platform.stage('acme', 'b.csv', csv(6000), 60);
    const { records } = await demand;
    assert.deepEqual(
      records.map(({ file, outcome }) => [file, outcome]),
      [
        ['a.csv', 'failed'],
        ['b.1.csv', 'ingested'],
      ],
    );
    assert.deepEqual(await platform.staging('acme'), ['b.csv']);
    assert.ok((await platform.rows('acme')).every(({ id }) => id !== 6000));
  });

  it('has run what a tick made due, also after a restart, and not what came later', async () => {
    const time = new Date(Date.now() + 3000);
    const schedule = `"${time.getUTCSeconds()} ${time.getUTCMinutes()} ${time.getUTCHours()} * * *"`;
    platform = await PlatformFixture.create([{ name: 'acme', profile: oneByOne(`schedule: ${schedule}`) }]);
    for (const i of [1, 2, 3]) await platform.stage('acme', `f${i}.csv`, rows(500 + i), 100 - i);
    const { controlPlane } = await platform.up();
    await until(patienceMs, 'the first run', async () => (await controlPlane.status()).runs.length === 1);
    await platform.down();
    await platform.up();
    await until(patienceMs, 'all files', async () => (await platform.log('acme')).length === 3);
    await platform.stage('acme', 'f4.csv', csv(4));
    await until(patienceMs, 'the file', async () => {
      return (await (await platform.up()).controlPlane.status()).tenants[0]?.waitingFiles === 1;
    });
    await platform.down();
    await platform.up();
    await until(patienceMs, 'the file again', async () => {
      return (await (await platform.up()).controlPlane.status()).tenants[0]?.waitingFiles === 1;
    });
    const runs = await platform.runs('acme');
    assert.deepEqual(runs.map(({ trigger, outcome }) => `${trigger} ${outcome}`).sort(), [
      'cron done',
      'cron done',
      'recovery done',
    ]);
  });
});

describe('a place that becomes free', () => {
  let platform: PlatformFixture;
  let metadata: MetadataStore;
  let logs: IngestionLogs;
  let hasher: FileHasher;
  let watcher: ProcessWatcher;
  let manager: BatchManager;
  beforeEach(async () => {
    platform = await PlatformFixture.create([{ name: 'slow' }, { name: 'quick' }], 'limits: { concurrentRuns: 1 }');
    await mkdir(platform.folder.state, { recursive: true });
    metadata = await MetadataStore.open({ metadata: platform.folder.metadataFile });
    logs = new IngestionLogs(platform.folder);
    hasher = new FileHasher();
    watcher = new ProcessWatcher();
  });
  afterEach(async () => {
    await manager.dispose();
    await hasher.dispose();
    await logs.dispose();
    await metadata.dispose();
    watcher.dispose();
    await platform.dispose();
  });

  /** The metadata store, but that it takes for ever to note what is refused to `slow`: a look that meets such a file hangs. */
  function hangingLooks(): MetadataStore {
    return new Proxy(metadata, {
      get(store, name) {
        const value = Reflect.get(store, name, store) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const hangs =
            name === 'recordRefusals' && (args[0] as { record: { tenant: string } }[])[0]?.record.tenant === 'slow';
          return hangs ? new Promise(() => undefined) : (value as (...all: unknown[]) => unknown).apply(store, args);
        };
      },
    });
  }

  it('is given to the next tenant at once, however long it takes to look at the staging of the last', async () => {
    const coreDms = new CoreDmsOfTenants(platform.folder, () => undefined);
    manager = new BatchManager({
      folder: platform.folder,
      metadata: hangingLooks(),
      logs,
      hasher,
      watcher,
      coreDmsOf: (tenant) => coreDms.targetOf(tenant),
      coreDmsAccess: (tenant) => coreDms.accessOf(tenant),
      doubtCoreDms: (tenant) => coreDms.doubt(tenant),
      tokenOf: () => 'token',
      // Nobody listens there: the runs are over before their lease is.
      controlPlane: () => ({ url: 'http://127.0.0.1:9', leaseSeconds: 15 }),
      now: () => Date.now(),
    });
    await platform.stage('slow', 'a.csv', csv(1));
    const loaded = await loadPlatform(platform.folder);
    const standings = tenantStandings(loaded);
    manager.apply(loaded.settings, new Map([['slow', standings.get('slow')!]]));
    await until(patienceMs, 'the first run', () => manager.runs.of('slow').length === 1);
    // The next look at the staging of the slow tenant never ends.
    await platform.stage('slow', 'refused.txt', '');
    await platform.stage('quick', 'a.csv', csv(1));
    manager.apply(loaded.settings, standings);
    const runLog = await until(patienceMs, 'both runs', async () => {
      const runs = await metadata.runLog({ limit: 10 });
      return runs.length === 2 ? runs : undefined;
    });
    assert.deepEqual(
      runLog.map(({ tenant, outcome }) => [tenant, outcome]),
      [
        ['quick', 'done'],
        ['slow', 'done'],
      ],
    );
  });
});

describe('rates', () => {
  let platform: PlatformFixture;
  afterEach(() => platform.dispose());

  const ratesNow = async () => {
    const { runs } = await (await platform.up()).controlPlane.status();
    return Object.fromEntries(runs.map(({ tenant, rate }) => [tenant, rate.rowsPerSecond]));
  };
  const ratesAre = (expected: Record<string, number | null>) =>
    until(
      patienceMs,
      `rates of ${JSON.stringify(expected)}`,
      async () => {
        const rates = await ratesNow();
        const names = Object.keys(expected);
        return names.length === Object.keys(rates).length && names.every((name) => near(rates[name], expected[name]));
      },
      undefined,
      10,
    );
  const near = (is: number | null | undefined, should: number | null | undefined) =>
    is === should || Math.abs((is ?? 0) - (should ?? 0)) < 0.01;

  it('are scaled down when another tenant becomes active, and up again when it is done', async () => {
    platform = await PlatformFixture.create(
      [{ name: 'first' }, { name: 'second' }],
      'capacity: { rowsPerSecond: 4000 }\nlimits: { concurrentRuns: 2 }',
    );
    const { controlPlane } = await platform.up();
    await platform.stage('first', 'a.csv', rows(400_000));
    await ratesAre({ first: 4000 });
    await platform.stage('second', 'a.csv', rows(3000));
    await ratesAre({ first: 2000, second: 2000 });
    await until(patienceMs, 'the end of the second', async () => (await platform.log('second')).length === 1);
    await ratesAre({ first: 4000 });
    // The runner holds to it: alone it would have been through long ago.
    const [run] = (await controlPlane.status()).runs;
    const elapsed = (Date.now() - run!.startedAt) / 1000;
    const { read } = run!.report!.counters;
    assert.ok(read > 0 && read <= 4000 * (elapsed + 0.5), `${read} records in ${elapsed} s`);
    await controlPlane.cancelRun(run!.runId);
    await until(patienceMs, 'the end of the first', async () => (await platform.log('first')).length === 1);
  });

  it('stay within the capacity while a profile has errors, and leave what was set by hand to its owner', async () => {
    platform = await PlatformFixture.create(
      [{ name: 'first' }, { name: 'second' }],
      'capacity: { rowsPerSecond: 2000 }\nlimits: { concurrentRuns: 2 }',
    );
    const { controlPlane } = await platform.up();
    for (const tenant of ['first', 'second']) await platform.stage(tenant, 'a.csv', rows(400_000));
    await ratesAre({ first: 1000, second: 1000 });
    await platform.write('tenants/first/tenant.yaml', 'tenant: first\nbroken: [');
    await until(patienceMs, 'the problem', async () => {
      return (await controlPlane.status()).tenants.some(({ problem }) => problem !== null);
    });
    await ratesAre({ first: 1000, second: 1000 });
    const { runs } = await controlPlane.status();
    const first = runs.find(({ tenant }) => tenant === 'first')!;
    controlPlane.setRate(first.runId, { rowsPerSecond: 500, bytesPerSecond: null });
    await ratesAre({ first: 500, second: 1500 });
    for (const { runId } of runs) await controlPlane.cancelRun(runId);
  });

  it('of runs that are at work follow the quota in the profile', async () => {
    const profile = (quota: string) => itemsProfile({ batch: `{ files: { settleSeconds: 0 }, quota: ${quota} }` });
    platform = await PlatformFixture.create([{ name: 'acme', profile: profile('{ rowsPerSecond: 1000 }') }]);
    await platform.up();
    // At the first quota it would take five minutes.
    await platform.stage('acme', 'a.csv', rows(300_000));
    await ratesAre({ acme: 1000 });
    await platform.write('tenants/acme/tenant.yaml', `tenant: acme\n${profile('{ rowsPerSecond: 3000 }')}`);
    await ratesAre({ acme: 3000 });
    await platform.write('tenants/acme/tenant.yaml', `tenant: acme\n${profile('{}')}`);
    await ratesAre({ acme: null });
    const record = await until(60_000, 'the end of the run', async () => (await platform.log('acme'))[0]);
    assert.deepEqual([record.outcome, record.counters.stored], ['ingested', 300_000]);
    assert.ok(record.seconds < 100, `the run took ${record.seconds} s`);
  });
});

describe('a run whose earlier runner cannot be ended', () => {
  let platform: PlatformFixture;
  afterEach(() => platform.dispose());

  it('is a problem of its tenant, for which nobody waits, and goes on when that is gone', async function () {
    if (process.platform !== 'linux') this.skip();
    const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 2000 } }' });
    platform = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await platform.up();
    await platform.stage('acme', 'a.csv', rows(6000));
    const { runId } = await until(patienceMs, 'the run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find(({ report }) => (report?.counters.read ?? 0) > 0);
    });
    await platform.down();

    // Whatever carries the mark of the run is ended, and there again.
    const marked = `MYSIMBDP_RUN=${runMark(platform.folder, runId)}`;
    const undying = spawn('sh', ['-c', `while :; do env ${marked} sleep 600; done`], { stdio: 'ignore' });
    const ended = new Promise((resolve) => undying.once('exit', resolve));
    try {
      const { records } = await platform.run('acme');
      assert.deepEqual(records, []);
      const next = await platform.up();
      const problem = (await next.controlPlane.status()).tenants[0]?.problem;
      assert.equal(problem?.code, 'EARLIER_RUNNER');
      await platform.down();
      assert.doesNotMatch(await platform.read('.mysimbdp/logs/platform.log'), /batch-manager-fault/);
    } finally {
      undying.kill('SIGKILL');
      await ended;
    }
    await platform.run('acme');
    const [record] = await platform.log('acme');
    assert.deepEqual([record?.outcome, record?.counters.stored], ['ingested', 6000]);
    assert.equal((await (await platform.up()).controlPlane.status()).tenants[0]?.problem, null);
  });
});
