import { types } from 'cassandra-driver';
import { parseCqlType, type CqlType } from '../cql-types.ts';
import { compileConverter, Unconvertible, type CqlValue } from '../cql-values.ts';

/** The canonical value of what the driver gives for a column. */
export type CellDecoder = (value: unknown) => CqlValue;

/**
 * @param text the column's type as Cassandra writes it. What is of no type of the profile, or out of the range that a profile
 * allows, was written by somebody else: it is given as text.
 */
export function cellDecoder(text: string): CellDecoder {
  const type = parseCqlType(text);
  if ('error' in type) return (value) => (value === null || value === undefined ? null : shownAsText(value));
  const convert = compileConverter(type);
  return (value) => {
    if (value === null || value === undefined) return null;
    const converted = convert(inputOf(type, value));
    return converted instanceof Unconvertible ? shownAsText(value) : converted;
  };
}

/** A value of the driver as the converter of its type takes it. */
function inputOf(type: CqlType, value: unknown): unknown {
  switch (type.kind) {
    case 'decimal':
      return decimalText(value as types.BigDecimal);
    case 'timestamp':
      return (value as Date).getTime();
    case 'date':
    case 'time':
    case 'uuid':
    case 'timeuuid':
    case 'inet':
      return String(value);
    case 'duration':
      // The driver's text of none at all is empty.
      return String(value) || '0s';
    case 'list':
    case 'set':
      return (value as unknown[]).map((element) => inputOf(type.element, element));
    case 'map':
      return [...(value as Map<unknown, unknown>)].map(([k, v]) => [inputOf(type.key, k), inputOf(type.value, v)]);
    default:
      return value;
  }
}

/** With its scale, which the driver's own text loses where it is negative. */
function decimalText(value: types.BigDecimal): string {
  const bytes = types.BigDecimal.toBuffer(value);
  const digits = bytes.subarray(4).toString('hex');
  const unscaled = BigInt.asIntN(digits.length * 4, BigInt(`0x${digits}`));
  return `${unscaled.toString()}E${-bytes.readInt32BE(0)}`;
}

function shownAsText(value: unknown): string {
  if (Array.isArray(value) || value instanceof Map) return JSON.stringify([...value].map(String));
  return String(value);
}
