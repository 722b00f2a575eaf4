import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { FileHasher } from '../../src/batch/file-hash.ts';
import { RunInPreparation } from '../../src/batch/run-in-preparation.ts';
import type { PreparationPorts } from '../../src/batch/run-preparation.ts';
import { prepareRun } from '../../src/batch/run-preparation.ts';
import { listStaging } from '../../src/batch/staging.ts';
import { TenantIntake } from '../../src/batch/tenant-intake.ts';
import { until } from '../../src/foundation/deadlines.ts';
import type { Fault } from '../../src/foundation/errors.ts';
import { IngestionLogs } from '../../src/records/ingestion-logs.ts';
import { MetadataStore } from '../../src/records/metadata-store.ts';
import { appOf, loadTenant } from '../../src/tenants/load-tenant.ts';
import { expectFile } from './expectations.ts';
import { PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const items = 'id,name\n1,a\n';

/** Works on the metadata of a platform, beside the platform itself. */
function withMetadata<T>({ folder }: PlatformFixture, work: (db: DatabaseSyncInstance) => T): T {
  const db = new DatabaseSync(folder.metadataFile, { timeout: 5000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** From now on no run can be opened, and no claim given back: as on a disk that is full. */
const refuse = (platform: PlatformFixture) =>
  withMetadata(platform, (db) =>
    db.exec(`
      CREATE TRIGGER no_run BEFORE INSERT ON open_runs BEGIN SELECT RAISE(ABORT, 'no room'); END;
      CREATE TRIGGER no_release BEFORE UPDATE ON ledger WHEN new.state = 'released' BEGIN SELECT RAISE(ABORT, 'no room'); END;
    `),
  );
const allow = (platform: PlatformFixture) =>
  withMetadata(platform, (db) => db.exec('DROP TRIGGER no_run; DROP TRIGGER no_release;'));

describe('a run that cannot be opened', () => {
  let platform: PlatformFixture;
  /** Milliseconds that the platform's clock is ahead. */
  let ahead: number;
  beforeEach(async () => {
    ahead = 0;
    platform = await PlatformFixture.create([{ name: 'acme' }]);
    await platform.up({ now: () => Date.now() + ahead });
  });
  afterEach(() => platform.dispose());

  const problem = async () => (await (await platform.up()).controlPlane.status()).tenants[0]?.problem ?? undefined;

  it('has claimed nothing for good: its file is ingested once runs can be opened again', async () => {
    refuse(platform);
    await platform.stage('acme', 'items.csv', items);
    assert.match((await until(patienceMs, 'the problem', problem)).message, /no room/);
    assert.deepEqual(await platform.staging('acme'), ['items.csv']);
    const states = () =>
      withMetadata(platform, (db) =>
        (db.prepare('SELECT state FROM ledger').all() as { state: string }[]).map(({ state }) => state),
      );
    assert.deepEqual(states(), ['claimed'], 'the file was not claimed before the run failed');
    allow(platform);
    ahead = 11_000;
    await platform.run('acme');
    await expectFile(platform, 'acme', 'items.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });
    assert.deepEqual(states(), ['ingested']);
  });

  it('is a problem of the tenant no longer than it is one, also when nothing waits any more', async () => {
    refuse(platform);
    await platform.stage('acme', 'items.csv', items);
    await until(patienceMs, 'the problem', problem);
    await rm(join(platform.folder.staging('acme'), 'items.csv'));
    ahead = 11_000;
    const { records } = await platform.run('acme');
    assert.deepEqual([records, await problem()], [[], undefined]);
  });
});

describe('preparing a run', () => {
  let platform: PlatformFixture;
  let metadata: MetadataStore;
  let logs: IngestionLogs;
  let hasher: FileHasher;
  beforeEach(async () => {
    platform = await PlatformFixture.create([{ name: 'acme' }]);
    await mkdir(platform.folder.state, { recursive: true });
    metadata = await MetadataStore.open({ metadata: platform.folder.metadataFile });
    logs = new IngestionLogs(platform.folder);
    hasher = new FileHasher();
  });
  afterEach(async () => {
    await hasher.dispose();
    await logs.dispose();
    await metadata.dispose();
    await platform.dispose();
  });

  const intakeOver = (store: MetadataStore) =>
    new TenantIntake('acme', {
      folder: platform.folder,
      timeZone: () => 'UTC',
      metadata: store,
      logs,
      isUnderWay: () => false,
      isBlocked: () => false,
      movedAway: () => undefined,
      now: () => Date.now(),
    });

  /** Has a run prepared of what is in staging; `between` comes when the files have been looked at but not taken. */
  async function prepare(given: Partial<PreparationPorts>, between?: () => Promise<void>) {
    const profile = await loadTenant(platform.folder, 'acme');
    const app = appOf(profile, undefined);
    const seen = await listStaging(platform.folder.staging('acme'));
    await between?.();
    const ports: PreparationPorts = {
      folder: platform.folder,
      metadata,
      hasher,
      coreDmsOf: (keyspace) => ({ kind: 'embedded', file: platform.folder.embeddedKeyspace(keyspace), keyspace }),
      now: () => Date.now(),
      notAdmitted: (name, reason) => assert.fail(`${name}: ${reason}`),
      held: (file) => assert.fail(`${file} is held`),
      returned: () => undefined,
      leftBehind: (runId, { message }) => assert.fail(`${runId}: ${message}`),
      ...given,
    };
    const files = seen.map((file) => ({ ...file, app: app.name }));
    return prepareRun(
      ports,
      profile,
      app,
      new RunInPreparation(app.name, files, () => undefined, new AbortController().signal),
      files,
      { trigger: 'arrival', day: '2026-01-01', rate: { rowsPerSecond: null, bytesPerSecond: null }, places: 1 },
    );
  }

  it('leaves a file in staging that somebody has begun to write anew since it was found complete', async () => {
    await platform.stage('acme', 'same.csv', items, 60);
    await platform.stage('acme', 'longer.csv', 'id,name\n2,old\n', 60);
    await platform.stage('acme', 'newer.csv', 'id,name\n3,old\n', 60);
    const prepared = await prepare({}, async () => {
      await platform.write('tenants/acme/staging/longer.csv', 'id,name\n2,old\n3,n');
      await platform.write('tenants/acme/staging/newer.csv', 'id,name\n4,old\n');
    });
    assert.deepEqual(
      prepared?.plan.job?.files.map(({ name }) => name),
      ['same.csv'],
    );
    assert.deepEqual(await platform.staging('acme'), ['longer.csv', 'newer.csv']);
    assert.equal(await platform.read('tenants/acme/staging/longer.csv'), 'id,name\n2,old\n3,n');
  });

  it('leaves nothing behind where every file has changed', async () => {
    await platform.stage('acme', 'a.csv', items, 60);
    const prepared = await prepare({}, () => platform.write('tenants/acme/staging/a.csv', ''));
    assert.equal(prepared, null);
    assert.deepEqual(await platform.staging('acme'), ['a.csv']);
    assert.ok(!existsSync(platform.folder.work('acme-1')));
  });

  it('in vain puts files back as soon as staging can be written', async () => {
    await platform.stage('acme', 'a.csv', items);
    refuse(platform);
    const staging = platform.folder.staging('acme');
    const left: [string, Fault][] = [];
    const failed = prepare({
      coreDmsOf: (keyspace) => {
        // The files are taken and claimed by now.
        rmSync(staging, { recursive: true });
        writeFileSync(staging, '');
        return { kind: 'embedded', file: platform.folder.embeddedKeyspace(keyspace), keyspace };
      },
      leftBehind: (...what) => left.push(what),
    });
    await assert.rejects(failed, /no room/);
    assert.deepEqual(
      left.map(([runId]) => runId),
      ['acme-1'],
    );

    const intake = intakeOver(metadata);
    for (const what of left) intake.leaveBehind(...what);
    await intake.fetchBack(() => true);
    assert.equal(intake.leftBehind?.code, 'FILES_NOT_RETURNED');
    assert.equal(await platform.read('.mysimbdp/work/acme-1/files/a.csv'), items);
    await rm(staging);
    await intake.fetchBack(() => true);
    assert.equal(intake.leftBehind, null);
    assert.equal(await platform.read('tenants/acme/staging/a.csv'), items);
    assert.ok(!existsSync(platform.folder.work('acme-1')));
  });

  it('is not undone by a look at staging that began before', async () => {
    let meanwhile = (): Promise<void> => Promise.resolve();
    const store = new Proxy(metadata, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          if (name === 'recordRefusals') await meanwhile();
          return (value as (...all: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    const intake = intakeOver(store);
    const profile = await loadTenant(platform.folder, 'acme');
    await platform.stage('acme', 'a.csv', items);
    await intake.scan(profile, new Set());
    const waiting = () => intake.waiting.map(({ name }) => name);
    assert.deepEqual(waiting(), ['a.csv']);
    await platform.stage('acme', 'refused.txt', '');
    meanwhile = async () => {
      intake.reserve('items', 1);
      await rm(join(platform.folder.staging('acme'), 'a.csv'));
    };
    await intake.scan(profile, new Set());
    assert.deepEqual(waiting(), []);
    meanwhile = () => Promise.resolve();
    await platform.stage('acme', 'a.csv', items);
    await intake.scan(profile, new Set());
    assert.deepEqual(waiting(), ['a.csv'], 'another file of the name');
  });
});
