import { gzipSync } from 'node:zlib';
import type { SeededRandom } from '../../src/cli/demo/random.ts';

export type InputFormat = 'csv' | 'csv.gz' | 'ndjson';

/** A file to be staged, and what has to become of its records. */
export interface CrashFile {
  name: string;
  content: Buffer;
  /** The order in which the files of a tenant were last changed; of files with the same content it is the same. */
  age: number;
  /** `fails`: it takes its app with it, and its run fails; the files behind it in the run are returned. */
  fails: boolean;
  expected: { read: number; stored: number; filtered: number; quarantined: number };
}

/** What is special about a record; `plain` records give one row. */
type Kind =
  | 'plain'
  | 'line-break'
  | 'repeated-key'
  | 'three-rows'
  | 'filtered'
  | 'thrown-out'
  | 'unfit'
  | 'half-unfit'
  | 'unreadable';

const shares: readonly (readonly [Kind, number])[] = [
  ['line-break', 0.04],
  ['repeated-key', 0.03],
  ['three-rows', 0.05],
  ['filtered', 0.03],
  ['thrown-out', 0.01],
  ['unfit', 0.02],
  ['half-unfit', 0.01],
  ['unreadable', 0.01],
];
const csvHeader = 'origin,id,name,amount,note';
const quarantined: ReadonlySet<Kind> = new Set(['thrown-out', 'unfit', 'half-unfit', 'unreadable']);
const notes: Partial<Record<Kind, string>> = {
  'three-rows': 'thrice',
  filtered: 'drop',
  'thrown-out': 'throw',
  'half-unfit': 'half',
};

interface Fields {
  origin: string;
  id: number;
  name: string;
  amount: string;
  note: string;
}

/**
 * The files of a tenant: one of each format, a second one with the content of the first, and before them all one that the app does
 * not survive.
 * @param records of each, from and to
 */
export function crashFiles(
  random: SeededRandom,
  formats: readonly InputFormat[],
  [from, to]: readonly [number, number],
): CrashFile[] {
  const files = formats.map((format, index) => ({
    ...crashFile(random, `file_${index}.${format}`, format, from + random.below(to - from + 1)),
    age: index + 1,
    fails: false,
  }));
  const copies = files.slice(0, 1).map((file) => ({ ...file, name: `copy_of_${file.name}` }));
  return [fatalFile(), ...files, ...copies];
}

function fatalFile(): CrashFile {
  const fields = { origin: 'fatal.csv', id: 1, name: 'n', amount: '1', note: 'exit' };
  const content = Buffer.from(`${csvHeader}\n${csvLine(fields, 'plain')}\n`);
  const expected = { read: 0, stored: 0, filtered: 0, quarantined: 0 };
  return { name: 'fatal.csv', content, expected, age: 0, fails: true };
}

/** Makes a file with every kind of record in it. `origin` in each record is the file's name: part of the rows' key. */
function crashFile(
  random: SeededRandom,
  name: string,
  format: InputFormat,
  records: number,
): Pick<CrashFile, 'name' | 'content' | 'expected'> {
  const expected = { read: records, stored: 0, filtered: 0, quarantined: 0 };
  const lines = format === 'ndjson' ? [] : [csvHeader];
  for (let number = 1; number <= records; number++) {
    const kind = kindOf(random);
    if (quarantined.has(kind)) expected.quarantined++;
    else if (kind === 'filtered') expected.filtered++;
    else expected.stored++;
    const fields: Fields = {
      origin: name,
      id: kind === 'repeated-key' ? 1 + random.below(number) : number,
      name: kind === 'line-break' ? `first, ${number}\nsecond "${number}"` : `name ${random.below(1e6)}`,
      amount: kind === 'unfit' ? 'much' : `${random.below(1e4)}.${random.below(100)}`,
      note: notes[kind] ?? '',
    };
    lines.push(format === 'ndjson' ? ndjsonLine(fields, kind) : csvLine(fields, kind));
  }
  const text = Buffer.from(`${lines.join('\n')}\n`);
  return { name, content: format === 'csv.gz' ? gzipSync(text) : text, expected };
}

function kindOf(random: SeededRandom): Kind {
  let at = random.next();
  for (const [kind, share] of shares) {
    if (at < share) return kind;
    at -= share;
  }
  return 'plain';
}

function csvLine({ origin, id, name, amount, note }: Fields, kind: Kind): string {
  if (kind === 'unreadable') return `${origin},${id},a column too few`;
  const quoted = /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  return [origin, id, quoted, amount, note].join(',');
}

function ndjsonLine(fields: Fields, kind: Kind): string {
  const line = JSON.stringify(fields);
  return kind === 'unreadable' ? line.slice(0, -1) : line;
}
