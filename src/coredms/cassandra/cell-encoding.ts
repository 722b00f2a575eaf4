import type { CqlType } from '../cql-types.ts';
import type { CqlValue } from '../cql-values.ts';
import { dayStart, digitsAt, msPerDay } from '../values/calendar.ts';

// Canonical values → the bytes of Cassandra's native protocol (native_protocol_v5.spec, section 6). Encoded here and not by the
// driver, which passes buffers on as they are: sizes are known before a batch is made, and a row is encoded once however
// often it is sent.

/** The bytes of a value that is not null. */
export type CellEncoder = (value: CqlValue) => Buffer;

const yes = Buffer.from([1]);
const no = Buffer.from([0]);

/** Characters up to which copying them one by one is faster than asking the engine to. */
const shortText = 24;

function text(value: CqlValue): Buffer {
  const characters = value as string;
  const { length } = characters;
  if (length > shortText) return Buffer.from(characters, 'utf8');
  const buffer = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) {
    const code = characters.charCodeAt(i);
    if (code > 0x7f) return Buffer.from(characters, 'utf8');
    buffer[i] = code;
  }
  return buffer;
}

function tinyint(value: CqlValue): Buffer {
  const buffer = Buffer.allocUnsafe(1);
  buffer[0] = value as number;
  return buffer;
}

function smallint(value: CqlValue): Buffer {
  const buffer = Buffer.allocUnsafe(2);
  const number = value as number;
  buffer[0] = number >> 8;
  buffer[1] = number;
  return buffer;
}

function int(value: CqlValue): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  const number = value as number;
  buffer[0] = number >> 24;
  buffer[1] = number >> 16;
  buffer[2] = number >> 8;
  buffer[3] = number;
  return buffer;
}

/** 64 bits of a whole number within ±2^53. */
export function encodeLong(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  const high = Math.floor(value / 2 ** 32);
  buffer.writeInt32BE(high, 0);
  buffer.writeUInt32BE(value - high * 2 ** 32, 4);
  return buffer;
}

function bigint(value: CqlValue): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeBigInt64BE(value as bigint);
  return buffer;
}

/** The shortest two's complement. */
function varint(value: bigint): Buffer {
  const digits = (value < 0n ? ~value : value).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = Buffer.from(even.charCodeAt(0) >= 0x38 ? `00${even}` : even, 'hex');
  if (value < 0n) for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] as number);
  return bytes;
}

const decimalForm = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]\d+))?$/;

/** Scale in 32 bits, then the unscaled number. */
function decimal(value: CqlValue): Buffer {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = decimalForm.exec(value as string) ?? [];
  const scale = Buffer.allocUnsafe(4);
  scale.writeInt32BE(fraction.length - Number(exponent));
  return Buffer.concat([scale, varint(BigInt(sign + whole + fraction))]);
}

function float(value: CqlValue): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeFloatBE(value as number);
  return buffer;
}

function double(value: CqlValue): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeDoubleBE(value as number);
  return buffer;
}

/** Days, with the epoch in the middle of 32 bits. */
function date(value: CqlValue): Buffer {
  const day = value as string;
  const days = dayStart(digitsAt(day, 0, 4), digitsAt(day, 5, 7), digitsAt(day, 8, 10)) / msPerDay;
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeUInt32BE(days + 2 ** 31);
  return buffer;
}

/** Nanoseconds since midnight. */
function time(value: CqlValue): Buffer {
  const clock = value as string;
  const seconds = (digitsAt(clock, 0, 2) * 60 + digitsAt(clock, 3, 5)) * 60 + digitsAt(clock, 6, 8);
  return encodeLong(seconds * 1e9 + Number(clock.slice(9).padEnd(9, '0')));
}

const durationForm =
  /^(-?)(?:(\d+)y)?(?:(\d+)mo)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?(?:(\d+)us)?(?:(\d+)ns)?$/;

/** Months, days and nanoseconds, of one sign, each in as many bytes as it takes. */
function duration(value: CqlValue): Buffer {
  const parts = durationForm.exec(value as string) ?? [];
  const [years, months, days, hours, minutes, seconds, millis, micros, nanos] = parts
    .slice(2)
    .map((part: string | undefined) => BigInt(part ?? 0)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const clock =
    ((hours * 60n + minutes) * 60n + seconds) * 1_000_000_000n + millis * 1_000_000n + micros * 1000n + nanos;
  const sign = parts[1] === '-' ? -1n : 1n;
  return Buffer.concat([years * 12n + months, days, clock].map((part) => signedVint(sign * part)));
}

/** Zigzag, then as many bytes as leading ones in the first say (org.apache.cassandra.utils.vint.VIntCoding). */
function signedVint(value: bigint): Buffer {
  const unsigned = value >= 0n ? value << 1n : (-value << 1n) - 1n;
  const bits = unsigned.toString(2).length;
  const length = bits > 56 ? 9 : Math.max(1, Math.ceil(bits / 7));
  const bytes = Buffer.from(unsigned.toString(16).padStart(length * 2, '0'), 'hex');
  bytes[0] = (bytes[0] as number) | (0xff & ~(0xff >> (length - 1)));
  return bytes;
}

function uuid(value: CqlValue): Buffer {
  return Buffer.from((value as string).replaceAll('-', ''), 'hex');
}

function inet(value: CqlValue): Buffer {
  const address = value as string;
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function blob(value: CqlValue): Buffer {
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Their number, then each with its length before it. */
function sequence(count: number, elements: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [lengthOf(count)];
  for (const element of elements) parts.push(lengthOf(element.length), element);
  return Buffer.concat(parts);
}

function lengthOf(length: number): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeInt32BE(length);
  return buffer;
}

export function cellEncoder(type: CqlType): CellEncoder {
  switch (type.kind) {
    case 'ascii':
    case 'text':
    case 'varchar':
      return text;
    case 'tinyint':
      return tinyint;
    case 'smallint':
      return smallint;
    case 'int':
      return int;
    case 'bigint':
      return bigint;
    case 'varint':
      return (value) => varint(value as bigint);
    case 'decimal':
      return decimal;
    case 'float':
      return float;
    case 'double':
      return double;
    case 'boolean':
      return (value) => (value === true ? yes : no);
    case 'date':
      return date;
    case 'time':
      return time;
    case 'timestamp':
      return (value) => encodeLong(value as number);
    case 'duration':
      return duration;
    case 'uuid':
    case 'timeuuid':
      return uuid;
    case 'inet':
      return inet;
    case 'blob':
      return blob;
    case 'list':
    case 'set': {
      const element = cellEncoder(type.element);
      return (value) => sequence((value as CqlValue[]).length, (value as CqlValue[]).map(element));
    }
    case 'map': {
      const [key, element] = [cellEncoder(type.key), cellEncoder(type.value)];
      return (value) => {
        const pairs = value as [CqlValue, CqlValue][];
        return sequence(
          pairs.length,
          pairs.flatMap(([k, v]) => [key(k), element(v)]),
        );
      };
    }
  }
}
