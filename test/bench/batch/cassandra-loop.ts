// The peer on Cassandra: csv-parse's stream and prepared inserts with cassandra-driver in unlogged batches of 64, 32 of them in flight,
// into a table of texts with the same primary key. No wrangling, checks, ledger or quarantine. Where Cassandra is comes by standard input.
import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Client } from 'cassandra-driver';
import { parse } from 'csv-parse';

const [file = '', delimiter = ',', quote = '', key = ''] = process.argv.slice(2);
const { contactPoint, dataCenter, user, password } = JSON.parse(await text(process.stdin)) as Record<string, string>;
const rowsAtOnce = 64;
const batchesInFlight = 32;

const client = new Client({
  contactPoints: [contactPoint ?? ''],
  localDataCenter: dataCenter ?? '',
  credentials: { username: user ?? '', password: password ?? '' },
});
await client.connect();
await client.execute(
  `CREATE KEYSPACE IF NOT EXISTS plain WITH replication = {'class': 'NetworkTopologyStrategy', '${dataCenter}': 1}`,
);
await client.execute('DROP TABLE IF EXISTS plain.rows');

const began = performance.now();
const inFlight = new Set<Promise<unknown>>();
let insert = '';
let columns = 0;
let rows = 0;
let batch: { query: string; params: (string | number)[] }[] = [];

async function flush(): Promise<void> {
  if (inFlight.size >= batchesInFlight) await Promise.race(inFlight);
  const sent = client.batch(batch, { prepare: true, logged: false }).finally(() => inFlight.delete(sent));
  inFlight.add(sent);
  batch = [];
}

await pipeline(
  createReadStream(file, { highWaterMark: 256 * 1024 }),
  parse({ delimiter, quote: quote === '' ? false : quote, relax_column_count: true }),
  async (records: AsyncIterable<string[]>) => {
    for await (const record of records) {
      if (insert === '') {
        columns = record.length;
        const names = ['row_number', ...record].map((name) => `"${name}"`);
        const [partition = 'row_number', ...clustering] = key === '' ? [] : key.split(', ');
        await client.execute(
          `CREATE TABLE plain.rows (${names.map((name, i) => `${name} ${i === 0 ? 'int' : 'text'}`).join(', ')},
             PRIMARY KEY ((${partition})${clustering.map((name) => `, ${name}`).join('')}))`,
        );
        insert = `INSERT INTO plain.rows (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
        continue;
      }
      rows++;
      // What does not fit is left out without a word.
      if (record.length !== columns) continue;
      batch.push({ query: insert, params: [rows, ...record] });
      if (batch.length >= rowsAtOnce) await flush();
    }
  },
);
if (batch.length > 0) await flush();
await Promise.all(inFlight);
const seconds = (performance.now() - began) / 1000;
await client.shutdown();
process.stdout.write(JSON.stringify({ rows, seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));
