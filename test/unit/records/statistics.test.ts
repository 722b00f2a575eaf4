import assert from 'node:assert/strict';
import { DatabaseSync } from '@photostructure/sqlite';
import { statisticsReport } from '../../../src/protocol/ingestion-log.ts';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { Spread } from '../../../src/records/spread.ts';
import { counts, fileRecord, runRecord, temporaryFolder } from './samples.ts';

describe('spread', () => {
  const spreadOf = (...values: number[]) => {
    const spread = new Spread();
    for (const value of values) spread.add(value);
    return spread.result();
  };

  it('is the nearest rank, exactly', () => {
    assert.deepEqual(spreadOf(), { p50: 0, p95: 0, max: 0 });
    assert.deepEqual(spreadOf(7), { p50: 7, p95: 7, max: 7 });
    assert.deepEqual(spreadOf(30, 10, 40, 20), { p50: 20, p95: 40, max: 40 });
    const oneToTwenty = Array.from({ length: 20 }, (_, index) => 20 - index);
    assert.deepEqual(spreadOf(...oneToTwenty), { p50: 10, p95: 19, max: 20 });
    const oneToHundred = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
    assert.deepEqual(spreadOf(...oneToHundred), { p50: 50, p95: 95, max: 100 });
    assert.deepEqual(spreadOf(9, 100, 20), { p50: 20, p95: 100, max: 100 }, 'sorted as numbers');
  });
});

describe('statistics', () => {
  const folder = temporaryFolder();
  let store: MetadataStore;
  beforeEach(async () => {
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  });
  afterEach(() => store.dispose());

  const spread = (p50: number, p95: number, max: number) => ({ p50, p95, max });
  const none = {
    runs: 0,
    files: 0,
    outcomes: {},
    fileBytes: 0,
    counters: counts({}),
    successRate: null,
    rowsPerSecond: spread(0, 0, 0),
    seconds: spread(0, 0, 0),
    cpuSeconds: 0,
    memoryMbSeconds: 0,
  };

  it('of an empty log are zeros', async () => {
    assert.deepEqual(await store.statistics({ timeZone: 'UTC' }), { total: none, byTenant: [], byDay: [], byApp: [] });
  });

  it('are the sums and spreads computed by hand', async () => {
    const may1 = Date.parse('2024-05-01T22:30:00Z');
    const may2 = Date.parse('2024-05-02T00:30:00Z');
    await store.closeRun(runRecord({ endedAt: may1, cpuSeconds: 4, memoryMbSeconds: 1000 }), [
      fileRecord({ file: '1', endedAt: may1, seconds: 2, rowsPerSecond: 50 }),
      fileRecord({
        file: '2',
        endedAt: may1,
        seconds: 8,
        rowsPerSecond: 25,
        outcome: 'partial',
        fileBytes: 900,
        counters: counts({ bytes: 1000, read: 200, stored: 150, filtered: 30, quarantined: 20, rows: 160 }),
      }),
      fileRecord({ file: '3', endedAt: may1, seconds: 99, rowsPerSecond: 0, outcome: 'empty', counters: counts({}) }),
    ]);
    await store.closeRun(
      runRecord({ runId: 'run-2', tenant: 'music', app: 'songs', endedAt: may2, seconds: 1, cpuSeconds: 0.5 }),
      [fileRecord({ tenant: 'music', app: 'songs', endedAt: may2, seconds: 1, rowsPerSecond: 10, outcome: 'failed' })],
    );
    const outside = { runId: null, batchNumber: null, app: null, endedAt: may2, seconds: 0, counters: counts({}) };
    await store.recordFile(fileRecord({ ...outside, file: 'r', outcome: 'refused', rowsPerSecond: 0 }));
    await store.recordFile(fileRecord({ ...outside, file: 'd', outcome: 'deferred', rowsPerSecond: 0 }));

    const report = statisticsReport.parse(await store.statistics({ timeZone: 'UTC' }));
    assert.deepEqual(report.total, {
      runs: 2,
      files: 6,
      outcomes: { ingested: 1, partial: 1, empty: 1, failed: 1, refused: 1, deferred: 1 },
      fileBytes: 1400,
      counters: counts({ bytes: 1200, read: 220, stored: 170, filtered: 30, quarantined: 20, rows: 180 }),
      // Three succeeded, two did not, one waits.
      successRate: 3 / 5,
      // Over the three files that had records.
      rowsPerSecond: spread(25, 50, 50),
      seconds: spread(2, 8, 8),
      cpuSeconds: 4.5,
      memoryMbSeconds: 1000 + 128,
    });
    const keys = (groups: { key: string; statistics: { files: number; runs: number } }[]) =>
      groups.map(({ key, statistics }) => [key, statistics.files, statistics.runs]);
    assert.deepEqual(keys(report.byTenant), [
      ['gift_card', 5, 1],
      ['music', 1, 1],
    ]);
    assert.deepEqual(keys(report.byDay), [
      ['2024-05-01', 3, 1],
      ['2024-05-02', 3, 1],
    ]);
    assert.deepEqual(keys(report.byApp), [
      ['gift_card.reviews', 3, 1],
      ['music.songs', 1, 1],
    ]);
    assert.deepEqual(keys((await store.statistics({ timeZone: 'Europe/Helsinki' })).byDay), [['2024-05-02', 6, 2]]);
  });

  it('of one tenant leave out the others', async () => {
    await store.closeRun(runRecord(), [fileRecord()]);
    await store.closeRun(runRecord({ runId: 'run-2', tenant: 'music' }), [
      fileRecord({ tenant: 'music', seconds: 70 }),
    ]);
    const report = await store.statistics({ tenant: 'gift_card', timeZone: 'UTC' });
    assert.equal(report.total.files, 1);
    assert.equal(report.total.runs, 1);
    assert.equal(report.total.seconds.max, 2);
    assert.deepEqual(
      report.byTenant.map(({ key }) => key),
      ['gift_card'],
    );
  });

  it('count a deferred file as waiting until something became of it', async () => {
    const deferred = fileRecord({
      file: 'd',
      runId: null,
      batchNumber: null,
      outcome: 'deferred',
      counters: counts({}),
    });
    await store.recordFile(deferred);
    await store.recordFile(deferred);
    let { total } = await store.statistics({ timeZone: 'UTC' });
    assert.deepEqual(total.outcomes, { deferred: 1 });
    assert.equal(total.successRate, null);
    await store.closeRun(runRecord(), [fileRecord({ file: 'd' })]);
    ({ total } = await store.statistics({ timeZone: 'UTC' }));
    assert.deepEqual(total.outcomes, { ingested: 1 });
    assert.equal(total.successRate, 1);
  });

  /** 60,001 files. */
  async function recordMany(): Promise<void> {
    await store.recordFile(fileRecord());
    const db = new DatabaseSync(folder.path('metadata.db'), { timeout: 5000 });
    db.exec(`
      INSERT INTO file_records (record)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      SELECT (SELECT record FROM file_records WHERE id = 1) FROM n
    `);
    db.close();
  }

  it('are not waited for when the store is closed', async () => {
    await recordMany();
    await store.statistics({ timeZone: 'UTC', tenant: 'nobody' });
    const read = assert.rejects(store.statistics({ timeZone: 'UTC' }));
    await store.dispose();
    await read;
  });

  it('do not keep anybody from recording, however many files they are about', async () => {
    await recordMany();
    const order: string[] = [];
    const read = store.statistics({ timeZone: 'UTC' }).then(({ total }) => {
      order.push('statistics');
      return total.files;
    });
    const written = store.recordFile(fileRecord({ file: 'next' })).then(() => order.push('record'));
    await Promise.all([read, written]);
    assert.deepEqual(order, ['record', 'statistics']);
    assert.ok((await read) >= 60_001);
    assert.equal((await store.statistics({ timeZone: 'UTC' })).total.files, 60_002);
  });

  it('refuse an unknown time zone', async () => {
    await assert.rejects(store.statistics({ timeZone: 'Nowhere' }), { code: 'UNKNOWN_TIME_ZONE' });
  });
});
