import type { CqlType } from '../cql-types.ts';
import { compileConverter, formatCqlValue, Unconvertible, type CqlValue } from '../cql-values.ts';

/** What SQLite gives for a column when integers are read as bigints. */
export type StoredValue = null | string | number | bigint | Uint8Array;

/** How the values of a column are kept in SQLite. */
export interface PhysicalType {
  /** The declared type of the SQLite column. */
  declared: 'TEXT' | 'INTEGER' | 'REAL' | 'BLOB';
  /** The bound parameter of a value that is not null; undefined when the value is bound as it is. */
  encode: ((value: CqlValue) => CqlValue) | undefined;
  decode: (stored: Exclude<StoredValue, null>) => CqlValue;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The binding ends a text at its first NUL, so a text with one is kept as the blob of its UTF-8. */
const textual: PhysicalType = {
  declared: 'TEXT',
  encode: (value) => (typeof value === 'string' && value.includes('\0') ? Buffer.from(value) : value),
  decode: (stored) => (stored instanceof Uint8Array ? utf8.decode(stored) : String(stored)),
};

const plainText: PhysicalType = { declared: 'TEXT', encode: undefined, decode: String };
const smallInteger: PhysicalType = { declared: 'INTEGER', encode: undefined, decode: Number };
const bigInteger: PhysicalType = {
  declared: 'INTEGER',
  encode: undefined,
  decode: (stored) => stored,
};
const blob: PhysicalType = {
  declared: 'BLOB',
  encode: undefined,
  decode: (stored) => new Uint8Array(stored as Uint8Array),
};

const boolean: PhysicalType = {
  declared: 'INTEGER',
  encode: (value) => (value === true ? 1 : 0),
  decode: (stored) => Number(stored) === 1,
};

function bitsOf(value: number): Uint8Array {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return bits;
}

function numberOf(bits: Uint8Array): number {
  return new DataView(bits.buffer, bits.byteOffset, bits.byteLength).getFloat64(0);
}

/**
 * SQLite makes NULL of NaN and 0 of -0, and the binding takes what is less than an epsilon above a whole number for that
 * number: these are kept as blobs of their 8 bytes.
 */
const floating: PhysicalType = {
  declared: 'REAL',
  encode: (value) => {
    const number = value as number;
    const unsafe = number > 0 ? number < Number.EPSILON : number === 0 ? Object.is(number, -0) : Number.isNaN(number);
    return unsafe ? bitsOf(number) : number;
  },
  decode: (stored) => (stored instanceof Uint8Array ? numberOf(stored) : Number(stored)),
};

/** JSON that people can read and SQLite's JSON functions can search. */
function collection(type: CqlType): PhysicalType {
  const convert = compileConverter(type);
  return {
    declared: 'TEXT',
    encode: (value) => JSON.stringify(formatCqlValue(type, value)),
    decode: (stored) => {
      const value = convert(stored);
      if (value instanceof Unconvertible) throw new Error(`the store holds a broken ${type.kind}: ${value.reason}`);
      return value;
    },
  };
}

export function physicalType(type: CqlType): PhysicalType {
  switch (type.kind) {
    case 'text':
    case 'varchar':
    case 'ascii':
      return textual;
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'timestamp':
      return smallInteger;
    case 'bigint':
      return bigInteger;
    case 'boolean':
      return boolean;
    case 'float':
    case 'double':
      return floating;
    case 'blob':
      return blob;
    case 'list':
    case 'set':
    case 'map':
      return collection(type);
    case 'varint':
      return { declared: 'TEXT', encode: String, decode: (stored) => BigInt(stored as string) };
    default:
      return plainText;
  }
}
