import type { Unconvertible } from './conversion.ts';
import { converter, invalid, outOfRange, wrongType, type Converter, type CqlValue } from './conversion.ts';

const maxInt = 2n ** 31n - 1n;
const maxLong = 2n ** 63n - 1n;
const second = 1_000_000_000n;

const number = (unit: string) => `(?:(\\d{1,19})${unit})?`;
const cqlForm = new RegExp(
  `^(-?)(?=\\d)${['y', 'mo', 'w', 'd', 'h', 'm', 's', 'ms', '(?:us|µs|μs)', 'ns'].map(number).join('')}$`,
  'i',
);
const isoForm = new RegExp(
  `^(-?)P(?=\\d|T\\d)${['Y', 'M', 'W', 'D'].map(number).join('')}(?:T(?=\\d)${number('H')}${number('M')}(?:(\\d{1,19})(?:\\.(\\d{1,9}))?S)?)?$`,
);
const isoAlternativeForm = /^(-?)P(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/;

const big = (digits: string | undefined) => BigInt(digits ?? 0);

interface Duration {
  negative: boolean;
  months: bigint;
  days: bigint;
  nanoseconds: bigint;
}

function readCql(text: string): Duration | undefined {
  const parts = cqlForm.exec(text);
  if (!parts) return undefined;
  const [, sign, y, mo, w, d, h, m, s, ms, us, ns] = parts;
  return {
    negative: sign === '-',
    months: big(y) * 12n + big(mo),
    days: big(w) * 7n + big(d),
    nanoseconds: ((big(h) * 60n + big(m)) * 60n + big(s)) * second + big(ms) * 1_000_000n + big(us) * 1000n + big(ns),
  };
}

function readIso(text: string): Duration | undefined {
  const parts = isoForm.exec(text);
  const alternative = parts ? null : isoAlternativeForm.exec(text);
  if (alternative) {
    const [, sign, y, mo, d, h, m, s] = alternative;
    return {
      negative: sign === '-',
      months: big(y) * 12n + big(mo),
      days: big(d),
      nanoseconds: ((big(h) * 60n + big(m)) * 60n + big(s)) * second,
    };
  }
  if (!parts) return undefined;
  const [, sign, y, mo, w, d, h, m, s, fraction] = parts;
  return {
    negative: sign === '-',
    months: big(y) * 12n + big(mo),
    days: big(w) * 7n + big(d),
    nanoseconds: ((big(h) * 60n + big(m)) * 60n + big(s)) * second + big((fraction ?? '').padEnd(9, '0')),
  };
}

const clockUnits = [
  ['h', 3600n * second],
  ['m', 60n * second],
  ['s', second],
  ['ms', 1_000_000n],
  ['us', 1000n],
  ['ns', 1n],
] as const;

function printed({ negative, months, days, nanoseconds }: Duration): string {
  let text = '';
  const add = (count: bigint, unit: string) => {
    if (count > 0n) text += `${count.toString()}${unit}`;
  };
  add(months / 12n, 'y');
  add(months % 12n, 'mo');
  add(days, 'd');
  let rest = nanoseconds;
  for (const [unit, size] of clockUnits) {
    add(rest / size, unit);
    rest %= size;
  }
  if (text === '') return '0s';
  return negative ? `-${text}` : text;
}

function durationFromText(text: string): CqlValue | Unconvertible {
  const duration = readCql(text) ?? readIso(text);
  if (!duration) return invalid(text, 'a duration like 1y2mo3d4h5m6s or P1Y2M3DT4H5M6S');
  if (duration.months > maxInt || duration.days > maxInt || duration.nanoseconds > maxLong) {
    return outOfRange(text, 'duration', 'months and days below 2^31, nanoseconds below 2^63');
  }
  return printed(duration);
}

/** CQL (`1y2mo3w4d5h6m7s8ms9us10ns`, units in this order) and ISO 8601 forms, negative with a leading minus. */
export const durationConverter: Converter = converter(durationFromText, (input) =>
  wrongType(input, 'a duration', 'give a string like 1h30m'),
);
