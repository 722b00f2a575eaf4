import type { EncodedRow } from './row-encoder.ts';

/** Rows that go out in one request. */
export type RowBatch = EncodedRow[];

export interface BatchLimits {
  /** What the server takes as one batch. Bytes, as it counts them. */
  bytes: number;
  rows: number;
}

/**
 * Rows → unlogged batches. Rows of one partition stand together, for they become one mutation; partitions share a batch when
 * `placeOf` gives them one place, the nodes that hold them, so that a coordinator passes nothing on that it could have kept.
 */
export function batchesOf(
  rows: readonly EncodedRow[],
  limits: BatchLimits,
  placeOf: (partition: Buffer) => string,
): RowBatch[] {
  const places = new Map<string, Map<string, RowBatch>>();
  for (const row of rows) {
    const place = placeOf(row.partition);
    let partitions = places.get(place);
    if (!partitions) places.set(place, (partitions = new Map<string, RowBatch>()));
    const key = row.partition.toString('latin1');
    const known = partitions.get(key);
    if (known) known.push(row);
    else partitions.set(key, [row]);
  }
  const batches: RowBatch[] = [];
  for (const partitions of places.values()) {
    let batch: RowBatch = [];
    let bytes = 0;
    for (const row of [...partitions.values()].flat()) {
      if (batch.length > 0 && (bytes + row.size > limits.bytes || batch.length >= limits.rows)) {
        batches.push(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(row);
      bytes += row.size;
    }
    if (batch.length > 0) batches.push(batch);
  }
  return batches;
}

/**
 * Of rows with one key the newest, of equally new ones the last: what would be there in the end. Cassandra itself decides for
 * each cell, and on a tie by its value.
 * @param shadowed is told each row that another one covers
 */
export function newestOfEachKey(
  rows: readonly EncodedRow[],
  keyOf: (row: EncodedRow) => string,
  timeOf: (row: EncodedRow) => number,
  shadowed: (row: EncodedRow, by: string) => void,
): Map<string, EncodedRow> {
  const newest = new Map<string, EncodedRow>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = newest.get(key);
    if (known && timeOf(known) > timeOf(row)) {
      shadowed(row, key);
      continue;
    }
    if (known) shadowed(known, key);
    newest.set(key, row);
  }
  return newest;
}
