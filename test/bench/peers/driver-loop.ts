// The plainest peer: csv-parse's stream and prepared inserts with cassandra-driver in unlogged batches of 64, 32 of them in flight. No
// wrangling, checks, ledger or quarantine. What it needs to know comes by standard input, as JSON.
import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Client } from 'cassandra-driver';
import { parse } from 'csv-parse';
import type { LoadJob } from './programs.ts';

const job = JSON.parse(await text(process.stdin)) as LoadJob;
const { file, delimiter, quote, types, keyspace, table } = job;
const rowsAtOnce = 64;
const batchesInFlight = 32;

const client = new Client({
  contactPoints: [`${job.host}:${job.port}`],
  localDataCenter: job.dataCenter,
  credentials: { username: job.user, password: job.password },
  keyspace,
});
await client.connect();

const inFlight = new Set<Promise<unknown>>();
let insert = '';
let isNumber: boolean[] = [];
let batch: { query: string; params: (string | number)[] }[] = [];

async function flush(): Promise<void> {
  if (inFlight.size >= batchesInFlight) await Promise.race(inFlight);
  const sent = client.batch(batch, { prepare: true, logged: false }).finally(() => inFlight.delete(sent));
  inFlight.add(sent);
  batch = [];
}

await pipeline(
  createReadStream(file, { highWaterMark: 256 * 1024 }),
  parse({ delimiter, quote, relax_column_count: true }),
  async (records: AsyncIterable<string[]>) => {
    for await (const record of records) {
      if (insert === '') {
        isNumber = record.map((name) => types[name] === 'int');
        insert = `INSERT INTO ${table} (${record.join(', ')}) VALUES (${record.map(() => '?').join(', ')})`;
        continue;
      }
      // What does not fit is left out without a word.
      if (record.length !== isNumber.length) continue;
      batch.push({ query: insert, params: record.map((value, i) => (isNumber[i] ? Number(value) : value)) });
      if (batch.length >= rowsAtOnce) await flush();
    }
  },
);
if (batch.length > 0) await flush();
await Promise.all(inFlight);
await client.shutdown();
