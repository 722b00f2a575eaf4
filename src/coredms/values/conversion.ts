/**
 * A value as it crosses the CoreDms port, in the canonical form of its type, so that equal values are equal here:
 *
 * | CQL type                      | value                                                                           |
 * | ----------------------------- | ------------------------------------------------------------------------------- |
 * | ascii, text, varchar          | string                                                                          |
 * | tinyint, smallint, int        | number                                                                          |
 * | bigint, varint                | bigint                                                                          |
 * | float, double                 | number, with NaN, ±Infinity and -0; a float is rounded to 32 bits               |
 * | decimal                       | string with its scale kept, as java.math.BigDecimal prints it: `12.50`, `1.5E+9` |
 * | boolean                       | boolean                                                                         |
 * | date, time                    | `YYYY-MM-DD`, `HH:MM:SS[.f…]` with 1 to 9 digits that do not end in 0           |
 * | timestamp                     | number of milliseconds since the epoch                                          |
 * | duration                      | string: `1y2mo3d4h5m6s7ms8us9ns`, `-2mo`, `0s`                                  |
 * | uuid, timeuuid                | string, lower case                                                              |
 * | inet                          | string: IPv4, or IPv6 as in RFC 5952                                            |
 * | blob                          | Uint8Array                                                                      |
 * | list                          | array                                                                           |
 * | set                           | array, ascending and distinct                                                   |
 * | map                           | array of [key, value], ascending by key                                         |
 *
 * A collection that is not frozen and has no element is null, as in Cassandra. All of it can be structured-cloned.
 */
export type CqlValue = string | number | bigint | boolean | Uint8Array | null | CqlValue[];

type ConversionFault = 'INVALID_VALUE' | 'VALUE_OUT_OF_RANGE' | 'WRONG_VALUE_TYPE';

/** Why an input is not a value of the type; returned and not thrown, because rejected cells can be many. */
export class Unconvertible {
  readonly code: ConversionFault;
  /** A whole sentence with the start of the input in it, without the column's name. */
  readonly reason: string;

  constructor(code: ConversionFault, reason: string) {
    this.code = code;
    this.reason = reason;
  }
}

/** Makes the canonical value of what a file or an app gave; null and undefined give null. Never throws. */
export type Converter = (input: unknown) => CqlValue | Unconvertible;

/** A converter out of its two halves; `fromValue` gets neither strings nor null nor undefined. */
export function converter(fromText: (text: string) => CqlValue | Unconvertible, fromValue: Converter): Converter {
  return (input) => {
    if (typeof input === 'string') return fromText(input);
    return input === null || input === undefined ? null : fromValue(input);
  };
}

const shownCharacters = 60;

/** The start of an input, for a reason. */
export function shown(input: unknown): string {
  if (typeof input === 'string') {
    // Well-formed, because the reason goes into files and over HTTP.
    return `'${Buffer.from(input.slice(0, shownCharacters)).toString()}${input.length > shownCharacters ? '…' : ''}'`;
  }
  if (typeof input === 'number' || typeof input === 'bigint' || typeof input === 'boolean') return String(input);
  if (Array.isArray(input)) return 'an array';
  if (input instanceof Date) return 'a Date';
  if (input instanceof Uint8Array) return 'bytes';
  if (input instanceof Set) return 'a Set';
  if (input instanceof Map) return 'a Map';
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`;
}

/** @param wanted with its article: `an int`, `a date like 2024-02-29` */
export function invalid(text: string, wanted: string): Unconvertible {
  if (text === '') {
    return new Unconvertible('INVALID_VALUE', `the empty text is not ${wanted}; name it in nulls to store no value`);
  }
  const hint = /^\s|\s$/.test(text) ? '; there is white space around it' : '';
  return new Unconvertible('INVALID_VALUE', `${shown(text)} is not ${wanted}${hint}`);
}

export function outOfRange(input: unknown, type: string, range: string): Unconvertible {
  return new Unconvertible('VALUE_OUT_OF_RANGE', `${shown(input)} is out of range for ${type} (${range})`);
}

/** An input whose JavaScript type does not fit. @param hint what to give instead, as in `give a string` */
export function wrongType(input: unknown, wanted: string, hint: string): Unconvertible {
  const kind = typeof input === 'number' || typeof input === 'boolean' ? `the ${typeof input} ` : '';
  return new Unconvertible('WRONG_VALUE_TYPE', `${kind}${shown(input)} is not ${wanted}; ${hint}`);
}
