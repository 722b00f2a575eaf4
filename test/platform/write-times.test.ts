import assert from 'node:assert/strict';
import { rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DatabaseSync } from '@photostructure/sqlite';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

// The later file wins, record by record, and no two records of a table have one write time.

const count = 5000;
const lines = (name: string) => Array.from({ length: count }, (_, i) => `${i},${name}\n`);
const rows = (name: string) => `id,name\n${lines(name).join('')}`;
/** What is the first record of one file is the last of the other. */
const rowsFromTheEnd = (name: string) => `id,name\n${lines(name).reverse().join('')}`;

describe('the write times of rows', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  async function stage(name: string, content: string | Buffer, timeMs: number): Promise<void> {
    const { root } = fixture.folder;
    const unfinished = `tenants/acme/staging/.${name}.part`;
    await fixture.write(unfinished, content);
    await utimes(join(root, unfinished), timeMs / 1000, timeMs / 1000);
    await rename(join(root, unfinished), join(fixture.folder.staging('acme'), name));
  }

  /** How many rows each name has. */
  async function names(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { name } of await fixture.rows('acme')) counts[String(name)] = (counts[String(name)] ?? 0) + 1;
    return counts;
  }

  function times(): number[] {
    const db = new DatabaseSync(fixture.folder.embeddedKeyspace('acme'), { readOnly: true });
    try {
      return db
        .prepare('SELECT "__write_time" AS time FROM "items"')
        .all()
        .map((row) => (row as { time: number }).time);
    } finally {
      db.close();
    }
  }

  it('are later for the file that is later, however many records an earlier one has', async () => {
    // One run a file, so that each is written after the other; the later one first.
    const profile = itemsProfile({ batch: '{ files: { settleSeconds: 0, maxFiles: 1 } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile }]);
    const time = Math.floor(Date.now() / 1000) * 1000 - 60_000;
    await stage('later.csv', rows('later'), time + 1);
    await fixture.run('acme');
    await stage('earlier.csv', rowsFromTheEnd('earlier'), time);
    await fixture.run('acme');
    assert.deepEqual(await names(), { later: count });
    await stage('last.csv.gz', gzipSync(rowsFromTheEnd('last')), time + 2);
    await fixture.run('acme');
    assert.deepEqual(await names(), { last: count });
    assert.equal(new Set(times()).size, count);
  });

  it('are unique among files of one time and several apps', async () => {
    const profile = itemsProfile({ files: 'a*.csv' }).replace(
      'apps:',
      'apps:\n  - { name: others, kind: batch, entry: apps/items/app.ts, files: "b*.csv", format: { type: csv }, table: items }',
    );
    fixture = await PlatformFixture.create([{ name: 'acme', profile }]);
    const time = Math.floor(Date.now() / 1000) * 1000 - 60_000;
    const own = (from: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${from + i},n\n`).join('')}`;
    for (const [index, name] of ['a1.csv', 'a2.csv', 'b1.csv'].entries()) await stage(name, own(index * count), time);
    await fixture.run('acme');
    assert.equal(times().length, 3 * count);
    assert.equal(new Set(times()).size, 3 * count);
  });
});
