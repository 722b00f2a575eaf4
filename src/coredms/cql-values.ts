import type { CqlType } from './cql-types.ts';
import { listConverter, mapConverter, setConverter } from './values/collections.ts';
import type { Converter } from './values/conversion.ts';
import { dateConverter, timeConverter, timestampConverter } from './values/dates.ts';
import { durationConverter } from './values/durations.ts';
import { decimalConverter, doubleConverter, floatConverter } from './values/fractions.ts';
import { blobConverter, inetConverter, timeuuidConverter, uuidConverter } from './values/identifiers.ts';
import { bigintConverter, integerConverter, varintConverter } from './values/integers.ts';
import { asciiConverter, booleanConverter, textConverter } from './values/texts.ts';

export { Unconvertible, type Converter, type CqlValue } from './values/conversion.ts';
export { formatCqlValue, type JsonValue } from './values/format.ts';

const scalarConverters = {
  ascii: asciiConverter,
  bigint: bigintConverter,
  blob: blobConverter,
  boolean: booleanConverter,
  date: dateConverter,
  decimal: decimalConverter,
  double: doubleConverter,
  duration: durationConverter,
  float: floatConverter,
  inet: inetConverter,
  int: integerConverter('int', -(2 ** 31), 2 ** 31 - 1),
  smallint: integerConverter('smallint', -(2 ** 15), 2 ** 15 - 1),
  text: textConverter,
  time: timeConverter,
  timestamp: timestampConverter,
  timeuuid: timeuuidConverter,
  tinyint: integerConverter('tinyint', -128, 127),
  uuid: uuidConverter,
  varchar: textConverter,
  varint: varintConverter,
};

/**
 * The function that makes canonical values of a type out of a file's texts or an app's JavaScript values. Only exact
 * conversions are made, apart from rounding to float and cutting timestamps to milliseconds.
 */
export function compileConverter(type: CqlType): Converter {
  switch (type.kind) {
    case 'list':
      return listConverter(compileConverter(type.element), type.frozen);
    case 'set':
      return setConverter(compileConverter(type.element), type.frozen);
    case 'map':
      return mapConverter(compileConverter(type.key), compileConverter(type.value), type.frozen);
    default:
      return scalarConverters[type.kind];
  }
}
