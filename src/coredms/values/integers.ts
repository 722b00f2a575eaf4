import {
  converter,
  invalid,
  outOfRange,
  Unconvertible,
  wrongType,
  type Converter,
  type CqlValue,
} from './conversion.ts';

const wholeForm = /^[+-]?\d+$/;
/** Reading digits takes time that grows faster than their number, so a hostile cell has to end somewhere. */
const maxDigits = 10_000;

/** The number that a text of at most 15 digits writes, or undefined. */
function smallWhole(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > 16) return undefined;
  const first = text.charCodeAt(0);
  const signed = first === 0x2d || first === 0x2b;
  let value = 0;
  for (let i = signed ? 1 : 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (signed ? length === 1 : length === 16) return undefined;
  return first === 0x2d ? 0 - value : value;
}

/** tinyint, smallint, int. */
export function integerConverter(type: string, min: number, max: number): Converter {
  const range = `${min} to ${max}`;
  const named = type === 'int' ? 'an int' : `a ${type}`;
  return converter(
    (text) => {
      const value = smallWhole(text);
      if (value !== undefined && value >= min && value <= max) return value;
      if (!wholeForm.test(text)) return invalid(text, named);
      const long = Number(text);
      return long >= min && long <= max ? long + 0 : outOfRange(text, type, range);
    },
    (input) => {
      if (typeof input !== 'number' && typeof input !== 'bigint') return wrongType(input, named, 'give a whole number');
      const value = Number(input);
      if (value < min || value > max) return outOfRange(input, type, range);
      // Adding 0 turns -0 into 0.
      return Number.isInteger(value) ? value + 0 : wrongType(input, named, 'give a whole number');
    },
  );
}

const minLong = -(2n ** 63n);
const maxLong = 2n ** 63n - 1n;
const longRange = `${minLong.toString()} to ${maxLong.toString()}`;

function checkedLong(value: bigint): CqlValue | Unconvertible {
  return value >= minLong && value <= maxLong ? value : outOfRange(value, 'bigint', longRange);
}

function bigFromText(text: string, named: string): bigint | Unconvertible {
  const small = smallWhole(text);
  if (small !== undefined) return BigInt(small);
  if (!wholeForm.test(text)) return invalid(text, named);
  if (text.length > maxDigits) {
    return new Unconvertible('VALUE_OUT_OF_RANGE', `the number has more than ${maxDigits} digits`);
  }
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}

function bigFromValue(input: unknown, named: string): bigint | Unconvertible {
  if (typeof input === 'bigint') return input;
  if (typeof input !== 'number' || !Number.isInteger(input)) {
    return wrongType(input, named, 'give a whole number, a bigint or a string');
  }
  if (Number.isSafeInteger(input)) return BigInt(input);
  return new Unconvertible(
    'WRONG_VALUE_TYPE',
    `the number ${input} is beyond 2^53 - 1 and may have lost digits; give a bigint or a string`,
  );
}

export const bigintConverter: Converter = converter(
  (text) => {
    const value = bigFromText(text, 'a bigint');
    return value instanceof Unconvertible ? value : checkedLong(value);
  },
  (input) => {
    const value = bigFromValue(input, 'a bigint');
    return value instanceof Unconvertible ? value : checkedLong(value);
  },
);

/** Any whole number of at most 10,000 digits. */
export const varintConverter: Converter = converter(
  (text) => bigFromText(text, 'a varint'),
  (input) => bigFromValue(input, 'a varint'),
);
