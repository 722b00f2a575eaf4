import { inferColumn } from './column-types.ts';
import type { CsvSample } from './csv-sample.ts';
import { readSample } from './csv-sample.ts';
import { nearestName } from './schema-diagnostics.ts';

/** A table and a format that fit a sample file. */
export interface CsvProposal {
  /** Column names and CQL types, in the order of the file; `row_id` first when it is needed. */
  columns: Record<string, string>;
  partitionKey: string[];
  clusteringKey: string[];
  delimiter: string;
  quote: '"' | 'none';
  encoding: CsvSample['encoding'];
  /** Field texts that mean "no value". */
  nulls: string[];
  /** The columns of the file, as they are spelt there. */
  header: string[];
  /** The name of the table's column for each column of the header. */
  names: string[];
  /** Whether an app has to add the column `row_id` from `context.rowId`, because nothing in the file tells rows apart. */
  needsRowId: boolean;
  /** What a person should know or check, as sentences. */
  notes: string[];
}

/** A column of a sample, for a person who decides about it. */
export interface SampleColumn {
  /** As the file spells it. */
  title: string;
  /** The name of the table's column, and the narrowest CQL type that fits. */
  name: string;
  type: string;
  hasEmpty: boolean;
  /** Different values among the rows that were looked at. */
  distinct: number;
  /** At most three different values, shortened. */
  examples: string[];
}

/** A sample as its reader sees it: what it proposes, and what the choice of columns and keys is made from. */
export interface SampleProposal {
  proposal: CsvProposal;
  columns: SampleColumn[];
  /** Rows that were looked at. */
  rows: number;
  /** Name of the column that an app adds when nothing in the file tells its rows apart; free in this table. */
  rowId: string;
}

interface Column {
  name: string;
  type: string;
  hasEmpty: boolean;
  /** For each row the number of its value, for quick comparison. */
  codes: number[];
  distinct: number;
}

/** Reads the first rows of a CSV or TSV file and proposes how to store it. Throws SAMPLE_WITHOUT_ROWS. */
export async function proposeFromSample(samplePath: string): Promise<CsvProposal> {
  return (await examineSample(samplePath)).proposal;
}

/** As `proposeFromSample`, with what there is to know about each column. Throws SAMPLE_WITHOUT_ROWS. */
export async function examineSample(samplePath: string): Promise<SampleProposal> {
  const sample = await readSample(samplePath);
  const { header, rows, delimiter, quote, encoding } = sample;
  const names = columnNames(header);
  const nulls = new Set(['']);
  const columns = names.map((name, index): Column => {
    const values = rows.map((row) => row[index] ?? '');
    const inferred = inferColumn(values);
    for (const spelling of inferred.nulls) nulls.add(spelling);
    return { name, type: inferred.type, hasEmpty: inferred.empty, ...encode(values) };
  });
  const notes = notesOn(sample, columns, nulls);
  const key = proposeKey(columns, rows.length);
  const types = columns.map(({ name, type }): [string, string] => [name, type]);
  const seen = sample.complete ? `all ${rows.length} rows` : `the first ${rows.length} rows`;
  if (key)
    notes.push(
      `${[...key.partitionKey, ...key.clusteringKey].join(' + ')} is different in ${seen}. Rows with one key replace each other: check that it is unique in all files.`,
    );
  else notes.push(`Nothing in ${seen} tells them apart, so the app adds row_id from context.rowId.`);
  const rowId = freeName('row_id', new Set(names));
  const proposal: CsvProposal = {
    columns: Object.fromEntries(key ? types : [[rowId, 'uuid'], ...types]),
    partitionKey: key?.partitionKey ?? [rowId],
    clusteringKey: key?.clusteringKey ?? [],
    delimiter,
    quote,
    encoding,
    nulls: [...nulls],
    header,
    names,
    needsRowId: !key,
    notes,
  };
  return {
    proposal,
    columns: columns.map(({ name, type, hasEmpty, distinct }, index) => ({
      title: header[index] ?? '',
      name,
      type,
      hasEmpty,
      distinct,
      examples: examplesOf(rows, index),
    })),
    rows: rows.length,
    rowId,
  };
}

/** How many rows of a sample have the same values in the columns as a row before them. @param indexes of the header */
export async function countSharedKeys(samplePath: string, indexes: readonly number[]): Promise<number> {
  const { rows } = await readSample(samplePath);
  const keys = new Set(rows.map((row) => JSON.stringify(indexes.map((index) => (row[index] ?? '').trim()))));
  return rows.length - keys.size;
}

const maxExamples = 3;
const maxExampleLength = 30;

function examplesOf(rows: readonly string[][], index: number): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    const value = (row[index] ?? '').trim();
    if (value !== '') found.add(value.length > maxExampleLength ? `${value.slice(0, maxExampleLength)}…` : value);
    if (found.size === maxExamples) break;
  }
  return [...found];
}

/** `Cost Total $` as `cost_total`; a name that is taken gets _2, one of which nothing is left becomes `column_3`. */
function columnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((title, index) => {
    const name = freeName(nearestName(title) ?? `column_${index + 1}`, taken);
    taken.add(name);
    return name;
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name.slice(0, 40 - `_${n}`.length)}_${n}`;
  return free;
}

function encode(values: readonly string[]): { codes: number[]; distinct: number } {
  const numbers = new Map<string, number>();
  const codes = values.map((text) => {
    const value = text.trim();
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  });
  return { codes, distinct: numbers.size };
}

const keyLike = /(^|_)(id|key|code|uuid|guid|number|no|nr|sku|isbn)$/;
/** Measurements say nothing about which row it is. */
const measured: ReadonlySet<string> = new Set(['double', 'decimal', 'float', 'boolean']);
/** Columns that are combined to a key at most, and how many are tried. */
const maxClustering = 3;
const maxTried = 20;

function proposeKey(
  columns: readonly Column[],
  rows: number,
): { partitionKey: string[]; clusteringKey: string[] } | undefined {
  const usable = columns.filter(({ type, hasEmpty }) => !hasEmpty && !measured.has(type));
  const unique = usable.filter(({ distinct }) => distinct === rows);
  const single = unique.find(({ name }) => keyLike.test(name)) ?? unique[0];
  if (single) return { partitionKey: [single.name], clusteringKey: [] };

  // Rows that belong together share a partition: of the columns that repeat, the one that spreads most.
  const [partition] = usable
    .filter(({ distinct }) => distinct > 1 && distinct <= rows / 5)
    .sort((a, b) => b.distinct - a.distinct);
  if (!partition) return undefined;
  const others = usable
    .filter((column) => column !== partition && column.distinct > 1)
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, maxTried);
  for (let size = 1; size <= maxClustering; size++) {
    for (const choice of combinations(others, size)) {
      if (!isUnique([partition, ...choice], rows)) continue;
      return { partitionKey: [partition.name], clusteringKey: choice.map(({ name }) => name) };
    }
  }
  return undefined;
}

function isUnique(columns: readonly Column[], rows: number): boolean {
  if (columns.reduce((product, { distinct }) => product * distinct, 1) < rows) return false;
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const key = columns.map(({ codes }) => codes[row]).join();
    if (seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}

function* combinations<T>(items: readonly T[], size: number): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of combinations(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}

function notesOn(sample: CsvSample, columns: readonly Column[], nulls: ReadonlySet<string>): string[] {
  const notes: string[] = [];
  const spellings = [...nulls].filter((text) => text !== '');
  if (sample.oddRows > 0)
    notes.push(`${sample.oddRows} rows have another number of fields than the header; they will go to quarantine.`);
  if (spellings.length > 0)
    notes.push(`${spellings.join(', ')} is read as "no value", because it stands in columns of numbers or dates.`);
  if (sample.encoding === 'latin1') notes.push('The file is not UTF-8; it is read as latin1.');
  const repeated = sample.header.filter((title, index) => sample.header.indexOf(title) !== index);
  if (repeated.length > 0)
    notes.push(`The header names ${repeated.join(', ')} more than once; rename the columns in the file.`);
  const empty = columns.filter(({ distinct, hasEmpty }) => hasEmpty && distinct === 1).map(({ name }) => name);
  if (empty.length > 0) notes.push(`${empty.join(', ')} had no value in the sample and became text.`);
  if (sample.header.every((title) => title.trim() !== '' && Number.isFinite(Number(title)))) {
    notes.push(
      'The first line looks like data rather than a header; for a file without one, write header: false and columns.',
    );
  }
  return notes;
}
