import type { CqlType } from '../cql-types.ts';
import type { CqlValue } from '../cql-values.ts';
import type { CellEncoder } from './cell-encoding.ts';

/** Values that are remembered at a time; what a column has more of is not worth looking for. */
const most = 1024;
/** After so many values it shows whether a column repeats itself. */
const trial = 4096;
/** Below this share of values that were met before, looking for them costs more than it saves. */
const worthwhile = 0.5;
/** Characters: longer texts seldom repeat, and looking for one reads all of it. */
const longest = 64;

/** Types of which two values that are one key of a Map are one value in bytes: not those with -0. */
const kinds = new Set<CqlType['kind']>([
  ...(['ascii', 'text', 'varchar', 'tinyint', 'smallint', 'int'] as const),
  ...(['date', 'time', 'timestamp', 'uuid', 'timeuuid', 'inet'] as const),
]);

/**
 * An encoder that gives the same bytes again for a value that it has met before, for columns that have few: flags,
 * categories, days, small numbers. A buffer is the dearest part of a cell, and what is remembered is nothing to collect. It
 * finds out by itself whether the column is one, now and then anew, for files can be sorted.
 */
export function rememberingEncoder(type: CqlType, encode: CellEncoder): CellEncoder {
  if (!kinds.has(type.kind)) return encode;
  const known = new Map<CqlValue, Buffer>();
  let asked = 0;
  let met = 0;
  /** How many values are encoded without looking, before the next trial. */
  let unseen = 0;
  return (value) => {
    if (unseen > 0) {
      unseen--;
      return encode(value);
    }
    if (typeof value === 'string' && value.length > longest) return encode(value);
    if (asked++ === trial) {
      if (met < trial * worthwhile) unseen = trial * 16;
      if (known.size >= most || unseen > 0) known.clear();
      asked = 0;
      met = 0;
    }
    const before = known.get(value);
    if (before) {
      met++;
      return before;
    }
    const cell = encode(value);
    // On its own: a slice of the buffer pool would keep all 8 KiB of it.
    if (known.size < most) known.set(value, Buffer.from(Uint8Array.prototype.slice.call(cell).buffer));
    return cell;
  };
}
