import type { CqlType } from '../cql-types.ts';
import type { CqlValue } from './conversion.ts';

/** What `JSON.stringify` takes without loss. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** The shortest number that is the same 32-bit float: 0.1 instead of 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function formatNumber(kind: CqlType['kind'], value: number): JsonValue {
  if (kind === 'timestamp') return new Date(value).toISOString();
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  return kind === 'float' ? shortestFloat(value) : value;
}

function formatKey(type: CqlType, value: CqlValue): string {
  const formatted = formatCqlValue(type, value);
  return typeof formatted === 'object' ? JSON.stringify(formatted) : String(formatted);
}

/**
 * A canonical value for people and for JSON: big integers as strings, bytes as `0x…`, timestamps in ISO 8601, maps as
 * objects, NaN, ±Infinity and -0 as strings. The type's converter makes the same value of it again.
 */
export function formatCqlValue(type: CqlType, value: CqlValue): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return formatNumber(type.kind, value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) {
    return `0x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  }
  if (type.kind === 'map') {
    const pairs = value as [CqlValue, CqlValue][];
    return Object.fromEntries(pairs.map(([k, v]) => [formatKey(type.key, k), formatCqlValue(type.value, v)]));
  }
  if (type.kind !== 'list' && type.kind !== 'set') throw new TypeError(`a ${type.kind} is not an array`);
  return value.map((element) => formatCqlValue(type.element, element));
}
