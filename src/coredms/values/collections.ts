import { parseJson } from '../../foundation/exact-json.ts';
import { compareCqlValues } from './order.ts';
import { converter, shown, Unconvertible, wrongType, type Converter, type CqlValue } from './conversion.ts';

/** Parses a JSON text and hands what it holds to `convert`. */
function fromJson(text: string, wanted: string, convert: Converter): CqlValue | Unconvertible {
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    return new Unconvertible('INVALID_VALUE', `${shown(text)} is not ${wanted}`);
  }
  return parsed === null ? null : convert(parsed);
}

function convertPart(convert: Converter, input: unknown, where: string): CqlValue | Unconvertible {
  const value = convert(input);
  if (value === null) return new Unconvertible('INVALID_VALUE', `${where} is null, which collections cannot hold`);
  return value instanceof Unconvertible ? new Unconvertible(value.code, `${where}: ${value.reason}`) : value;
}

function convertElements(inputs: Iterable<unknown>, element: Converter): CqlValue[] | Unconvertible {
  const values: CqlValue[] = [];
  for (const input of inputs) {
    const value = convertPart(element, input, `element ${values.length + 1}`);
    if (value instanceof Unconvertible) return value;
    values.push(value);
  }
  return values;
}

/** Cassandra does not tell an empty collection from none, unless it is frozen. */
function emptyAsNull(values: CqlValue[], frozen: boolean): CqlValue {
  return values.length === 0 && !frozen ? null : values;
}

/** A JSON array, an array, or a Set. */
export function listConverter(element: Converter, frozen: boolean): Converter {
  const convert: Converter = (input) => {
    if (!Array.isArray(input) && !(input instanceof Set)) return wrongType(input, 'a list', 'give an array');
    const values = convertElements(input as Iterable<unknown>, element);
    return values instanceof Unconvertible ? values : emptyAsNull(values, frozen);
  };
  return converter((text) => fromJson(text, 'a list as a JSON array', convert), convert);
}

/** As a list; equal elements become one. */
export function setConverter(element: Converter, frozen: boolean): Converter {
  const convert: Converter = (input) => {
    if (!Array.isArray(input) && !(input instanceof Set)) return wrongType(input, 'a set', 'give an array or a Set');
    const values = convertElements(input as Iterable<unknown>, element);
    if (values instanceof Unconvertible) return values;
    values.sort(compareCqlValues);
    const distinct = values.filter((value, i) => i === 0 || compareCqlValues(values[i - 1] ?? null, value) !== 0);
    return emptyAsNull(distinct, frozen);
  };
  return converter((text) => fromJson(text, 'a set as a JSON array', convert), convert);
}

/** The [key, value] pairs of a Map, a plain object, or an array of pairs; undefined for anything else. */
function pairsOf(input: unknown): Iterable<[unknown, unknown]> | undefined {
  if (input instanceof Map) return input;
  if (Array.isArray(input)) {
    return input.every((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2)
      ? input
      : undefined;
  }
  return Object.prototype.toString.call(input) === '[object Object]' ? Object.entries(input as object) : undefined;
}

/** A JSON object, an object, a Map, or an array of [key, value]; a key that occurs twice is refused. */
export function mapConverter(key: Converter, value: Converter, frozen: boolean): Converter {
  const convert: Converter = (input) => {
    const inputs = pairsOf(input);
    if (!inputs) return wrongType(input, 'a map', 'give an object or a Map');
    const pairs: [CqlValue, CqlValue][] = [];
    for (const [inputKey, inputValue] of inputs) {
      const convertedKey = convertPart(key, inputKey, `key ${pairs.length + 1}`);
      if (convertedKey instanceof Unconvertible) return convertedKey;
      const convertedValue = convertPart(value, inputValue, `the value of key ${shown(inputKey)}`);
      if (convertedValue instanceof Unconvertible) return convertedValue;
      pairs.push([convertedKey, convertedValue]);
    }
    pairs.sort(([a], [b]) => compareCqlValues(a, b));
    const twice = pairs.find(([k], i) => i > 0 && compareCqlValues(pairs[i - 1]?.[0] ?? null, k) === 0);
    if (twice) return new Unconvertible('INVALID_VALUE', `the map has the key ${shown(twice[0])} twice`);
    return emptyAsNull(pairs, frozen);
  };
  return converter((text) => fromJson(text, 'a map as a JSON object', convert), convert);
}
