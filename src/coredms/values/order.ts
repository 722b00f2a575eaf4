import type { CqlValue } from './conversion.ts';

/**
 * A total order over the values of one type; 0 only for identical ones. Numbers ascend (-0 before 0, NaN last), strings go
 * by UTF-16 code units, bytes and lists element by element. It makes sets and maps canonical; a store may have its own.
 */
export function compareCqlValues(a: CqlValue, b: CqlValue): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}

function compareNumbers(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
  if (a === b) return Object.is(a, -0) ? -1 : 1;
  return a - b;
}

function compareLists(a: CqlValue[], b: CqlValue[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareCqlValues(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
