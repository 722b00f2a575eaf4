import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, rmdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { runMark } from '../../src/batch/run-folder.ts';
import type { RunPlan } from '../../src/batch/run-plan.ts';
import { until, within } from '../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { noCounts, noUsage, type Checkpoint, type FileCheckpoint } from '../../src/protocol/checkpoints.ts';
import { hashOf, inStore, leaveOpen, leftFile, leftPlan, workPath } from './left-runs.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const content = 'id,name\n1,a\n2,b\n';

describe('recovery', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  /** What the store has of the run when its end is known, but not yet recorded. */
  const planOf = (names: string[], verdict: RunPlan['verdict']): RunPlan => {
    const files = names.map((name) => leftFile(fixture.folder, name, { size: content.length }));
    return { ...leftPlan(fixture.folder, { files }), verdict };
  };

  it('ingests a file that was claimed by a run which never came to be', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    await fixture.write('.mysimbdp/work/acme-1/files/a.csv', content);
    const { sha256, size } = await hashOf(workPath(fixture.folder, 'a.csv'));
    await inStore(fixture.folder, async (store) => {
      const runId = `acme-${await store.nextBatchNumber('acme')}`;
      const claim = { tenant: 'acme', app: 'items', table: 'items', terms: null, sha256, runId };
      await store.claim({ ...claim, file: 'a.csv', size, records: 1, writeTimeMicros: 1 });
    });
    const { records } = await fixture.run('acme');
    assert.deepEqual(
      records.map(({ file, outcome, counters }) => [file, outcome, counters.stored]),
      [['a.csv', 'ingested', 2]],
    );
  });

  it('settles a run whose files were moved already when the control plane was killed', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    await fixture.write('.mysimbdp/quarantine/acme/acme-1/a.csv', content);
    await fixture.stage('acme', 'b.csv', 'id,name\n3,c\n');
    await mkdir(join(fixture.folder.work('acme-1'), 'files'), { recursive: true });
    const verdict = { outcome: 'failed' as const, cause: { code: 'APP_EXITED', message: 'x' } };
    await leaveOpen(fixture.folder, planOf(['a.csv', 'b.csv'], verdict));
    const { records } = await fixture.run('acme');
    assert.deepEqual(records.map((record) => [record.file, record.outcome]).sort(), [
      ['a.csv', 'failed'],
      ['b.csv', 'ingested'],
    ]);
    assert.ok(!existsSync(fixture.folder.work('acme-1')));
  });

  it('has run what was asked for before, under its own or another name, and not what came later', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ app: 'schedule: manual' }) }]);
    const { folder } = fixture;
    await fixture.write('.mysimbdp/work/acme-1/files/bad.csv', content);
    await fixture.write('.mysimbdp/work/acme-1/files/good.csv', 'id,name\n1,asked\n2,asked\n');
    await fixture.write('.mysimbdp/work/acme-1/files/other.csv', 'id,name\n3,asked\n');
    await fixture.stage('acme', 'good.csv', 'id,name\n1,later\n9,later\n');
    const files = await Promise.all(
      ['bad.csv', 'good.csv', 'other.csv'].map(async (name) => {
        const { sha256, size } = await hashOf(workPath(folder, name));
        return leftFile(folder, name, { sha256, size });
      }),
    );
    const verdict = { outcome: 'failed' as const, cause: { code: 'APP_EXITED', message: 'x' } };
    await leaveOpen(folder, { ...leftPlan(folder, { files }), verdict }, { trigger: 'demand' });
    await fixture.up();
    const ended = await until(patienceMs, 'what was asked for', async () => {
      const records = await fixture.log('acme');
      return records.length === 3 ? records : undefined;
    });
    assert.deepEqual(ended.map(({ file, outcome }) => [file, outcome]).sort(), [
      ['bad.csv', 'failed'],
      ['good.1.csv', 'ingested'],
      ['other.csv', 'ingested'],
    ]);
    const runs = await fixture.runs('acme');
    assert.deepEqual(runs.map(({ trigger, outcome }) => `${trigger} ${outcome}`).sort(), [
      'demand done',
      'recovery failed',
    ]);
    assert.deepEqual(await fixture.staging('acme'), ['good.csv']);
    const stored = await fixture.rows('acme');
    assert.deepEqual(stored.map(({ id, name }) => `${String(id)} ${String(name)}`).sort(), [
      '1 asked',
      '2 asked',
      '3 asked',
    ]);
  });

  it('does not archive as ingested what was written to after it was read', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const names = ['rested.csv', 'longer.csv', 'newer.csv'];
    for (const name of names) {
      const path = `.mysimbdp/work/acme-1/files/${name}`;
      await fixture.write(path, name === 'longer.csv' ? `${content}3,late\n` : content);
      await utimes(join(fixture.folder.root, path), 0, name === 'newer.csv' ? 1 : 0);
    }
    const counters = { ...noCounts(), bytes: content.length, read: 2, stored: 2, rows: 2 };
    const state: Omit<FileCheckpoint, 'index'> = {
      ...{ state: 'done', position: { bytes: content.length, lines: 3, records: 2 }, counters },
      ...{
        columns: null,
        quarantineBytes: 0,
        startedAt: 1,
        endedAt: 2,
        seconds: 1,
        workedSeconds: 1,
        cause: null,
        warnings: [],
      },
    };
    const checkpoint: Checkpoint = {
      ...{ runId: 'acme-1', attempt: 1, phase: 'load', appHash: '', ended: { outcome: 'done', cause: null } },
      files: names.map((_, index) => ({ index, ...state })),
      usage: noUsage(),
    };
    await fixture.write('.mysimbdp/work/acme-1/checkpoint.json', JSON.stringify(checkpoint));
    await leaveOpen(fixture.folder, planOf(names, { outcome: 'done', cause: null }));
    await fixture.up();
    const log = await until(patienceMs, 'the records', async () => {
      const records = await fixture.log('acme');
      return records.length === names.length ? records : undefined;
    });
    assert.deepEqual(log.map(({ file, outcome, cause }) => [file, outcome, cause?.code]).sort(), [
      ['longer.csv', 'failed', 'FILE_CHANGED'],
      ['newer.csv', 'failed', 'FILE_CHANGED'],
      ['rested.csv', 'ingested', undefined],
    ]);
    assert.match(await fixture.read('.mysimbdp/quarantine/acme/acme-1/files/longer.csv'), /3,late/);
    assert.equal(await fixture.read('.mysimbdp/archive/acme/acme-1/rested.csv'), content);
  });

  it('replaces nothing that runs have left which the metadata store does not know of any more', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const first = await fixture.ingest('acme', 'items.csv', content);
    const bad = await fixture.ingest('acme', 'bad.csv', 'id,name\nx,first\n');
    await fixture.down();
    // As METADATA_CORRUPT advises.
    for (const ending of ['', '-wal', '-shm']) await rm(fixture.folder.metadataFile + ending, { force: true });
    const second = await fixture.ingest('acme', 'items.csv', 'id,name\n7,g\n');
    const worse = await fixture.ingest('acme', 'bad.csv', 'id,name\nx,second\n');
    assert.deepEqual(
      [first, bad, second, worse].map(({ batchNumber }) => batchNumber),
      [1, 2, 3, 4],
    );
    assert.equal(await fixture.read(first.location ?? ''), content);
    assert.equal((await fixture.rejects(bad))[0]?.raw, 'x,first');
    assert.equal((await fixture.rejects(worse))[0]?.raw, 'x,second');
  });

  it('waits for a checkpoint that is there but cannot be read, and then goes on from it', async () => {
    const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 2000 } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    const lines = Array.from({ length: 8000 }, (_, i) => `${i},n\n`).join('');
    await fixture.stage('acme', 'a.csv', `id,name\n${lines}`);
    await until(patienceMs, 'progress', async () => {
      const { runs } = await controlPlane.status();
      return runs.some(({ report }) => (report?.counters.read ?? 0) > 2000);
    });
    await fixture.down();
    const path = join(fixture.folder.work('acme-1'), 'checkpoint.json');
    await rename(path, `${path}.away`);
    await mkdir(path);
    const again = await fixture.up();
    const problem = await until(
      patienceMs,
      'the problem',
      async () => (await again.controlPlane.status()).tenants[0]?.problem ?? undefined,
    );
    assert.equal(problem.code, 'EISDIR');
    await rmdir(path);
    await rename(`${path}.away`, path);
    await fixture.run('acme');
    const record = await until(patienceMs, 'the end of the run', async () => (await fixture.log('acme'))[0]);
    assert.deepEqual([record.outcome, record.counters.stored], ['ingested', 8000]);
    assert.equal((await fixture.rows('acme')).length, 8000);
  });

  it('does not call a file a duplicate of one that fails', async () => {
    const profile = itemsProfile({ app: 'tolerance: { quarantinedPercent: 0 }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile }]);
    await fixture.stage('acme', 'a.csv', 'id,name\nx,a\n');
    await fixture.stage('acme', 'b.csv', 'id,name\nx,a\n');
    const { records } = await fixture.run('acme');
    assert.deepEqual(
      records.map((record) => record.cause?.code),
      ['TOLERANCE_EXCEEDED', 'TOLERANCE_EXCEEDED'],
    );
  });

  it('notices that somebody still writes to a file that was taken', async () => {
    const batch = '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 2000 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    const { controlPlane } = await fixture.up();
    const rows = Array.from({ length: 6000 }, (_, i) => `${i},n`).join('\n');
    await fixture.stage('acme', 'open.csv', `id,name\n${rows}\n`);
    const run = await until(patienceMs, 'the run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find((candidate) => (candidate.report?.counters.read ?? 0) > 0);
    });
    await appendFile(join(fixture.folder.work(run.runId), 'files', 'open.csv'), '9001,late\n');
    const record = await until(patienceMs, 'the end of the run', async () => {
      return (await controlPlane.ingestionLog({ limit: 1 }))[0];
    });
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'FILE_CHANGED']);
    assert.match(await fixture.read(record.location!), /9001,late/);
  });

  it('keeps out a file whose name leaves no room for the names of its records', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const record = await fixture.ingest('acme', `${'n'.repeat(220)}.csv`, content);
    assert.deepEqual([record.outcome, record.cause?.code], ['refused', 'FILE_NAME_TOO_LONG']);
  });

  it('marks the processes of a run for its own platform folder only', () => {
    assert.notEqual(runMark(new PlatformFolder('/a'), 'acme-1'), runMark(new PlatformFolder('/b'), 'acme-1'));
  });

  it('ends the platform when its state is removed', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const { stopped } = await fixture.up();
    await rm(fixture.folder.state, { recursive: true, maxRetries: 3 });
    await within(patienceMs, 'the end of the platform', stopped);
  });

  it('brings to its end what a tenant has under way that goes away', async () => {
    const batch = '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 2000 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'a.csv', `id,name\n${Array.from({ length: 20_000 }, (_, i) => `${i},n`).join('\n')}\n`);
    const run = await until(patienceMs, 'the run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find((candidate) => (candidate.report?.counters.read ?? 0) > 0);
    });
    await rm(fixture.folder.tenant('acme'), { recursive: true, maxRetries: 3 });
    await fixture.write('mysimbdp.yaml', 'platform: test\ntenants: []\n');
    const { pid } = JSON.parse(await fixture.read(`.mysimbdp/work/${run.runId}/runner.json`)) as { pid: number };
    await until(
      patienceMs,
      'the tenant to be gone',
      async () => (await controlPlane.status()).tenants[0]?.problem ?? undefined,
    );
    process.kill(pid, 'SIGKILL');
    const record = await until(patienceMs, 'the end of the run', async () => {
      return (await controlPlane.runLog({ limit: 1 }))[0];
    });
    // The app's code is gone with its folder, so the next attempt fails; it is made, and nothing stays open.
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'APP_LOAD_FAILED']);
  });
});
