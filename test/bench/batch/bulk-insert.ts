// The other peer: csv-parse's stream and one prepared insert into a plain SQLite table with the same primary key, in
// transactions of 10,000 rows, as `sqlite3 .import` or a loading script would do it. No wrangling, checks, ledger or quarantine.
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { parse } from 'csv-parse';

const [file = '', delimiter = ',', quote = '', key = ''] = process.argv.slice(2);
const rowsAtOnce = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'mysimbdp-bulk-'));
const began = performance.now();
const db = new DatabaseSync(join(folder, 'bulk.db'));
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768');
let insert: ReturnType<typeof db.prepare> | undefined;
let rows = 0;
let columns = 0;
await pipeline(
  createReadStream(file, { highWaterMark: 256 * 1024 }),
  parse({ delimiter, quote: quote === '' ? false : quote, relax_column_count: true }),
  async (records: AsyncIterable<string[]>) => {
    for await (const record of records) {
      if (!insert) {
        // A number of its own for each row is the key where the data have none.
        columns = record.length;
        db.exec(
          `CREATE TABLE rows (${record.map((name) => `"${name}" TEXT`).join(', ')}${key ? `, UNIQUE (${key})` : ''})`,
        );
        insert = db.prepare(`INSERT OR REPLACE INTO rows VALUES (${record.map(() => '?').join(', ')})`);
        db.exec('BEGIN');
        continue;
      }
      // What does not fit is left out without a word.
      if (record.length === columns) insert.run(...record);
      if (++rows % rowsAtOnce === 0) db.exec('COMMIT; BEGIN');
    }
  },
);
db.exec('COMMIT');
db.close();
const seconds = (performance.now() - began) / 1000;
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify({ rows, seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));
