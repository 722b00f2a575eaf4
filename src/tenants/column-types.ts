import { isIP } from 'node:net';

/** Spellings of "no value" that occur in columns of numbers and dates. */
const nullSpellings: ReadonlySet<string> = new Set([
  'NA',
  'N/A',
  'n/a',
  'NaN',
  'nan',
  'NULL',
  'null',
  '\\N',
  '-',
  'None',
  'none',
]);

const wholeNumber = /^[+-]?(0|[1-9]\d*)$/;
const number = /^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const date = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const timestamp =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** From narrow to wide: the first that every value of a column has is its type. Numbers with leading zeros are texts. */
const candidates: readonly [type: string, accepts: (text: string) => boolean][] = [
  ['boolean', (text) => /^(true|false)$/i.test(text)],
  ['int', (text) => wholeNumber.test(text) && Math.abs(Number(text)) < 2 ** 31],
  ['bigint', (text) => wholeNumber.test(text) && isBigint(text)],
  ['varint', (text) => wholeNumber.test(text)],
  ['double', (text) => number.test(text) && significantDigits(text) <= 15 && Number.isFinite(Number(text))],
  ['decimal', (text) => number.test(text)],
  ['date', (text) => date.test(text) && isCalendarDay(text)],
  ['timestamp', (text) => timestamp.test(text) && isCalendarDay(text.slice(0, 10))],
  ['uuid', (text) => uuid.test(text)],
  ['inet', (text) => isIP(text) !== 0],
];

/** The CQL type that fits every value, and the spellings of "no value" among them (the empty text is always one). */
export function inferColumn(values: Iterable<string>): { type: string; nulls: string[]; empty: boolean } {
  const distinct = new Set<string>();
  for (const value of values) distinct.add(value.trim());
  const hasEmpty = distinct.delete('');
  if (distinct.size === 0) return { type: 'text', nulls: [], empty: hasEmpty };
  const nulls = [...distinct].filter((value) => nullSpellings.has(value));
  const present = [...distinct].filter((value) => !nullSpellings.has(value));
  const fitting = present.length === 0 ? undefined : candidates.find(([, accepts]) => present.every(accepts));
  // In a column of texts such a spelling may be a word: NA is Namibia.
  return fitting
    ? { type: fitting[0], nulls, empty: hasEmpty || nulls.length > 0 }
    : { type: 'text', nulls: [], empty: hasEmpty };
}

function isBigint(text: string): boolean {
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value;
}

function significantDigits(text: string): number {
  return text
    .replace(/[eE].*$/, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+/, '').length;
}

function isCalendarDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
