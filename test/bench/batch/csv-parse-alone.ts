// The peer: csv-parse's own stream over a file, with the positions that the platform needs to name a line, and nothing else.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';

const [file = '', delimiter = ',', quote = ''] = process.argv.slice(2);
const began = performance.now();
let rows = 0;
await pipeline(
  createReadStream(file, { highWaterMark: 256 * 1024 }),
  parse({ delimiter, quote: quote === '' ? false : quote, columns: true, info: true, relax_column_count: true }),
  async (records: AsyncIterable<unknown>) => {
    for await (const record of records) if (record) rows++;
  },
);
const seconds = (performance.now() - began) / 1000;
process.stdout.write(JSON.stringify({ rows, seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));
