import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertAccounted, PlatformFixture } from './platform-fixture.ts';

const items =
  'id,name,price,day,note\n1,pen,1.20,2024-01-31,ok \n2,ink,3.50,2024-02-29,drop\n3,cap,x,2024-03-01,\n4,nib,0.10,2024-03-02,throw\n5,box,9.99,2024-02-30,\n';

describe('batch ingestion', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  after(() => fixture.dispose());

  it('stores, filters and quarantines every record of a file exactly once', async () => {
    const record = await fixture.ingest('acme', 'items.csv', items);
    assertAccounted(record);
    assert.equal(record.outcome, 'partial');
    assert.deepEqual(
      { ...record.counters, bytes: 0 },
      { bytes: 0, read: 5, stored: 1, filtered: 1, quarantined: 3, rows: 1 },
    );
    assert.deepEqual(await fixture.rows('acme'), [
      { id: 1, name: 'pen', price: '1.20', day: '2024-01-31', note: 'ok', checked: true },
    ]);
    const rejects = await fixture.rejects(record);
    assert.deepEqual(
      rejects.map(({ file, line, column, code, raw }) => ({ file, line, column, code, raw })),
      [
        { file: 'items.csv', line: 4, column: 'price', code: rejects[0]!.code, raw: '3,cap,x,2024-03-01,' },
        { file: 'items.csv', line: 5, column: null, code: 'APP_REJECTED', raw: '4,nib,0.10,2024-03-02,throw' },
        { file: 'items.csv', line: 6, column: 'day', code: rejects[2]!.code, raw: '5,box,9.99,2024-02-30,' },
      ],
    );
    assert.equal(rejects[1]!.reason, 'the app does not want it');
  });

  it('moves the file out of staging into the archive', async () => {
    const record = await fixture.ingest('acme', 'moved.csv', 'id,name\n10,a\n');
    assert.equal(record.outcome, 'ingested');
    assert.ok(!existsSync(join(fixture.folder.staging('acme'), 'moved.csv')));
    assert.equal(await fixture.read(record.location!), 'id,name\n10,a\n');
  });

  it('ingests the same content once, whatever its name', async () => {
    const first = await fixture.ingest('acme', 'once.csv', 'id,name\n20,a\n21,b\n');
    const again = await fixture.ingest('acme', 'again.csv', 'id,name\n20,a\n21,b\n');
    assert.equal(first.outcome, 'ingested');
    assert.equal(again.outcome, 'duplicate');
    assert.equal(again.counters.read, 0);
    assert.match(again.cause!.message, /once\.csv/);
  });

  it('ingests a file again of which records were rejected once its app is mended, and its rows win', async () => {
    const content = 'id,name,note\n30,a,fine\n31,b,throw\n';
    const first = await fixture.ingest('acme', 'rejected.csv', content);
    assert.deepEqual([first.outcome, first.counters.stored], ['partial', 1]);
    const same = await fixture.ingest('acme', 'same.csv', content);
    assert.deepEqual([same.outcome, same.cause?.code], ['duplicate', 'DUPLICATE_FILE']);
    assert.match(`${same.cause?.message} ${same.cause?.hint}`, /rejected records of it .* mend these/);
    const mended = 'export default { wrangle: (row) => ({ ...row, note: `mended ${row.note}` }) };';
    await fixture.write('tenants/acme/apps/items/app.ts', mended);
    const again = await fixture.ingest('acme', 'rejected.csv', content);
    assert.deepEqual([again.outcome, again.counters.stored], ['ingested', 2]);
    const rows = (await fixture.rows('acme')).filter(({ id }) => id === 30 || id === 31);
    assert.deepEqual(rows.map(({ id, note }) => [id, note]).sort(), [
      [30, 'mended fine'],
      [31, 'mended throw'],
    ]);
    const third = await fixture.ingest('acme', 'rejected.csv', content);
    assert.match(`${third.cause?.hint}`, /nothing needs to be done/);
  });
});
