import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { generateReviews } from '../bench-platform.ts';

/** A kind of file with the table that it goes into, at the peers and here. */
export interface Shape {
  name: string;
  about: string;
  delimiter: string;
  /** A character that quotes, or one that no line has. */
  quote: string;
  /** The columns of the file, with the types that the peers store. */
  columns: Readonly<Record<string, 'int' | 'text' | 'date'>>;
  partitionKey: readonly string[];
  clusteringKey: readonly string[];
  /** The template of the tenant that takes such files, or its profile and app. */
  tenant: { template: string } | { profile: string; app: string };
  table: string;
  /** Writes the file. @param round files of different rounds have the same keys and other bytes */
  generate: (file: string, round: number) => Promise<void>;
}

/** Megabytes of the flights; less for a first look. */
const flightsMb = Number(process.env.BENCH_PEERS_MB ?? 30);
/** As many as the largest category of the reviews that the platform was first made for. */
const reviews = 148_310;

interface Flight {
  date: string;
  delay: number;
  distance: number;
  origin: string;
  destination: string;
}

const flightColumns = {
  id: 'int',
  series: 'int',
  origin: 'text',
  destination: 'text',
  day: 'date',
  time: 'text',
  delay: 'int',
  distance: 'int',
} as const;

/** So many copies of the 20,000 flights share a series: about 300 flights of an airport. */
const copiesASeries = 3;

function flights(name: string, about: string, partitionKey: string[], clusteringKey: string[]): Shape {
  return {
    name,
    about,
    delimiter: ',',
    quote: '"',
    columns: flightColumns,
    partitionKey,
    clusteringKey,
    tenant: { profile: flightsProfile(partitionKey, clusteringKey), app: flightsApp },
    table: 'flights',
    generate: (file, round) => generateFlights(file, flightsMb * 1e6, round),
  };
}

function flightsProfile(partitionKey: readonly string[], clusteringKey: readonly string[]): string {
  const columns = Object.entries(flightColumns).map(([column, type]) => `${column}: ${type}`);
  return `
batch: { files: { settleSeconds: 0, maxFileSizeMb: 10000 } }
tables:
  flights:
    columns: { ${columns.join(', ')}, late: boolean }
    partitionKey: [${partitionKey.join(', ')}]
    clusteringKey: [${clusteringKey.join(', ')}]
apps:
  - name: flights
    kind: batch
    entry: apps/flights/app.ts
    files: '*.csv'
    format: { type: csv }
    table: flights
    resources: { timeoutSeconds: 3600 }
`;
}

const flightsApp = `
import { defineBatchApp } from 'mysimbdp/sdk';
export default defineBatchApp({
  wrangle(row) {
    const delay = Number(row.delay);
    if (!Number.isInteger(delay)) throw new Error(\`"\${row.delay}" is no delay\`);
    return { ...row, origin: row.origin?.trim() ?? null, late: delay > 15 };
  },
});
`;

/** The flights of vega-datasets again and again, each time with new ids, until the file has so many bytes. */
async function generateFlights(file: string, bytes: number, round: number): Promise<void> {
  const package_ = dirname(createRequire(import.meta.url).resolve('vega-datasets'));
  const all = JSON.parse(await readFile(join(package_, '../data/flights-20k.json'), 'utf8')) as Flight[];
  function* parts(): Generator<string> {
    yield `${Object.keys(flightColumns).join(',')}\n`;
    for (let copy = 0, id = 0, written = 0; written < bytes; copy++) {
      const series = Math.floor(copy / copiesASeries);
      let part = '';
      for (const { date, delay, distance, origin, destination } of all) {
        const [day = '', time = ''] = date.split(' ');
        part += `${id++},${series},${origin},${destination},${day.replaceAll('/', '-')},${time},${delay},${distance + round}\n`;
      }
      written += part.length;
      yield part;
    }
  }
  await pipeline(Readable.from(parts()), createWriteStream(file));
}

/** The shapes of the bench, in the order of its report. */
export const shapes: readonly Shape[] = [
  flights('flights_alone', 'flights, one row a partition', ['id'], []),
  flights('flights_together', 'flights, about 300 rows a partition', ['origin', 'series'], ['id']),
  {
    name: 'reviews',
    about: 'reviews, text-heavy, some rows a partition',
    delimiter: '\t',
    quote: '\u0001',
    columns: {
      marketplace: 'text',
      customer_id: 'text',
      review_id: 'text',
      product_id: 'text',
      product_parent: 'text',
      product_title: 'text',
      product_category: 'text',
      star_rating: 'int',
      helpful_votes: 'int',
      total_votes: 'int',
      vine: 'text',
      verified_purchase: 'text',
      review_headline: 'text',
      review_body: 'text',
      review_date: 'date',
    },
    partitionKey: ['product_id'],
    clusteringKey: ['review_id'],
    tenant: { template: 'reviews' },
    table: 'reviews',
    generate: (file, round) => generateReviews(file, reviews, round),
  },
];

/** How many lines below the header a file has. */
export async function countRecords(file: string): Promise<number> {
  let lines = -1;
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== '') lines++;
  return lines;
}
