import assert from 'node:assert/strict';
import { DatabaseSync } from '@photostructure/sqlite';
import type { FileOutcome } from '../../../src/protocol/ingestion-log.ts';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { fileRecord, openRun, runRecord, temporaryFolder } from './samples.ts';

describe('open and closed runs', () => {
  const folder = temporaryFolder();
  let store: MetadataStore;
  beforeEach(async () => {
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  });
  afterEach(() => store.dispose());

  async function reopen(): Promise<void> {
    await store.dispose();
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  }
  const claim = (sha256: string, runId = 'run-1') =>
    store.claim({
      ...{ tenant: 'gift_card', app: 'reviews', sha256, runId, file: sha256, size: 1 },
      ...{ table: 'reviews', terms: null, records: 1, writeTimeMicros: 1 },
    });

  it('numbers the runs of each tenant from 1, once each, across restarts', async () => {
    const numbers = await Promise.all([1, 2, 3].map(() => store.nextBatchNumber('gift_card')));
    assert.deepEqual(numbers, [1, 2, 3]);
    assert.equal(await store.nextBatchNumber('music'), 1);
    await reopen();
    assert.equal(await store.nextBatchNumber('gift_card'), 4);
    assert.equal(await store.nextBatchNumber('gift_card', 3), 5);
    assert.equal(await store.nextBatchNumber('gift_card', 9), 9);
    assert.equal(await store.nextBatchNumber('other', 7), 7);
  });

  it('remembers open runs with their jobs and attempts', async () => {
    await store.openRun(openRun());
    await store.openRun(openRun({ runId: 'run-2', trigger: 'cron', job: null }));
    await store.openRun(openRun({ attempts: 2 }));
    await store.openRun(openRun({ runId: 'run-3' }));
    await store.dropRun('run-3');
    await reopen();
    assert.deepEqual(await store.openRuns(), [
      openRun({ attempts: 2 }),
      openRun({ runId: 'run-2', trigger: 'cron', job: null }),
    ]);
  });

  it('tells of a run that another version has noted otherwise, as far as it can', async () => {
    const admitted = { day: '2024-05-01', bytes: 100 };
    await store.openRun(openRun({ runId: 'gift_card-7', admitted }));
    await store.openRun(openRun({ runId: 'gift_card-8' }));
    const change = (runId: string, json: string) => {
      const db = new DatabaseSync(folder.path('metadata.db'));
      db.prepare('UPDATE open_runs SET run = ? WHERE run_id = ?').run(json, runId);
      db.close();
    };
    change('gift_card-7', JSON.stringify({ ...openRun(), trigger: 'comet', tail: 1, admitted }));
    change('gift_card-8', '{ "half');
    const told = (await store.openRuns()).map(({ runId, tenant, app, job }) => ({ runId, tenant, app, job }));
    assert.deepEqual(told, [
      { runId: 'gift_card-7', tenant: 'gift_card', app: 'reviews', job: null },
      { runId: 'gift_card-8', tenant: 'gift_card', app: '', job: null },
    ]);
    await store.dropRun('gift_card-7');
    await store.dropRun('gift_card-8');
    assert.deepEqual(await store.openRuns(), []);
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 0);
  });

  it('closes a run: it is no longer open, and its records are in the logs', async () => {
    await store.openRun(openRun());
    const files = [fileRecord(), fileRecord({ file: 'b.tsv', sha256: 'bb', outcome: 'partial' })];
    assert.equal(await store.closeRun(runRecord(), files), true);
    assert.deepEqual(await store.openRuns(), []);
    assert.deepEqual(await store.runLog({ limit: 10 }), [runRecord()]);
    assert.deepEqual(await store.ingestionLog({ limit: 10 }), [...files].reverse());
  });

  it('settles the ledger by the outcome of each file', async () => {
    const mayComeAgain: Record<FileOutcome, boolean> = {
      ingested: false,
      partial: false,
      empty: true,
      failed: true,
      cancelled: true,
      duplicate: false,
      refused: true,
      deferred: true,
    };
    const outcomes = Object.keys(mayComeAgain) as FileOutcome[];
    await store.openRun(openRun({ runId: 'earlier' }));
    for (const outcome of outcomes) await claim(outcome, outcome === 'duplicate' ? 'earlier' : 'run-1');
    await store.closeRun(
      runRecord(),
      outcomes.map((outcome) => fileRecord({ outcome, sha256: outcome })),
    );
    for (const outcome of outcomes)
      assert.equal((await claim(outcome, 'run-2')).claimed, mayComeAgain[outcome], outcome);
    const duplicate = await claim('duplicate', 'run-2');
    assert.ok(!duplicate.claimed && duplicate.runId === 'earlier' && duplicate.ingestedAt === null);
  });

  it('releases claimed files that the run never came to', async () => {
    await claim('aa');
    await claim('bb');
    await store.closeRun(runRecord({ outcome: 'failed' }), [fileRecord({ sha256: 'aa' })]);
    assert.deepEqual([(await claim('aa', 'run-2')).claimed, (await claim('bb', 'run-2')).claimed], [false, true]);
  });

  it('changes nothing when one of the records cannot be kept', async () => {
    await claim('aa');
    await store.openRun(openRun());
    const broken = fileRecord({ file: null as unknown as string });
    await assert.rejects(
      store.closeRun(runRecord(), [fileRecord({ sha256: 'aa' }), broken], { day: '2024-05-01', bytes: 5 }),
    );
    await reopen();
    assert.equal((await store.openRuns()).length, 1);
    assert.deepEqual(await store.runLog({ limit: 10 }), []);
    assert.deepEqual(await store.ingestionLog({ limit: 10 }), []);
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 0);
    const held = await claim('aa', 'run-2');
    assert.ok(!held.claimed && held.ingestedAt === null);
  });

  it('counts a run once, however often it is closed', async () => {
    const used = { day: '2024-05-01', bytes: 100 };
    assert.equal(await store.closeRun(runRecord(), [fileRecord()], used), true);
    assert.equal(await store.closeRun(runRecord(), [fileRecord()], used), false);
    assert.equal((await store.ingestionLog({ limit: 10 })).length, 1);
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 100);
  });

  it('adds admitted bytes when a run opens and gives back when it closes', async () => {
    const admitted = { day: '2024-05-01', bytes: 100 };
    await store.openRun(openRun({ admitted }));
    await store.openRun(openRun({ admitted, attempts: 2 }));
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 100);
    await store.closeRun(runRecord({ outcome: 'failed' }), [], { day: '2024-05-01', bytes: -40 });
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 60);
  });

  it('gives back all that a run was charged for when it is dropped', async () => {
    await store.openRun(openRun({ admitted: { day: '2024-05-01', bytes: 100 } }));
    await store.openRun(openRun({ runId: 'run-2', admitted: { day: '2024-05-01', bytes: 7 } }));
    await store.dropRun('run-1');
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 7);
  });
});

describe('ingestion log', () => {
  const folder = temporaryFolder();
  let store: MetadataStore;
  beforeEach(async () => {
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  });
  afterEach(() => store.dispose());

  it('gives files newest first, by tenant, by run, up to a limit', async () => {
    await store.closeRun(runRecord(), [fileRecord({ file: '1' }), fileRecord({ file: '2' })]);
    await store.closeRun(runRecord({ runId: 'run-2', tenant: 'music' }), [
      fileRecord({ file: '3', runId: 'run-2', tenant: 'music' }),
    ]);
    await store.recordFile(fileRecord({ file: '4', runId: null, batchNumber: null, app: null, outcome: 'refused' }));
    const names = async (query: Parameters<MetadataStore['ingestionLog']>[0]) =>
      (await store.ingestionLog(query)).map(({ file }) => file);
    assert.deepEqual(await names({ limit: 10 }), ['4', '3', '2', '1']);
    assert.deepEqual(await names({ limit: 2 }), ['4', '3']);
    assert.deepEqual(await names({ limit: 2, skip: 1 }), ['3', '2']);
    assert.deepEqual(await names({ limit: 10, tenant: 'gift_card' }), ['4', '2', '1']);
    assert.deepEqual(await names({ limit: 10, runId: 'run-1' }), ['2', '1']);
    assert.deepEqual(await names({ limit: 10, tenant: 'music', runId: 'run-1' }), []);
    const runs = async (query: { tenant?: string; runId?: string } = {}) =>
      (await store.runLog({ limit: 10, ...query })).map(({ runId }) => runId);
    assert.deepEqual(await runs(), ['run-2', 'run-1']);
    assert.deepEqual(await runs({ tenant: 'music' }), ['run-2']);
    assert.deepEqual(await runs({ runId: 'run-1' }), ['run-1']);
  });

  it('keeps every field, whatever the text', async () => {
    const record = fileRecord({
      file: 'ä "x"\n\u0000\ud83d\ude00.tsv',
      cause: { code: 'X', message: "it's; DROP TABLE file_records" },
      warnings: [{ code: 'W', message: 'w', hint: 'h' }],
      seconds: 0.1 + 0.2,
    });
    await store.recordFile(record);
    assert.deepEqual(await store.ingestionLog({ limit: 1 }), [record]);
  });
});
