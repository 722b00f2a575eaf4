import type { TableSpec } from '../../protocol/tables.ts';
import { keyIsNull } from '../core-dms-errors.ts';
import type { CqlValue } from '../cql-values.ts';
import { typedColumns } from '../table-change.ts';
import { cellEncoder, encodeLong, type CellEncoder } from './cell-encoding.ts';
import { rememberingEncoder } from './cell-memo.ts';

/** A row as it is sent. */
export interface EncodedRow {
  /** Its index in the chunk. */
  row: number;
  /** Bound values: the columns in the order of the table, null for those without a value, then the write time. */
  values: (Buffer | null)[];
  /** The partition key as tokens are made of it. */
  partition: Buffer;
  /** What the server counts for it against its thresholds of a batch, at most. Bytes. */
  size: number;
}

/**
 * A cell costs the server its value, its times and its place; a row the same again
 * (org.apache.cassandra.db.rows.Cell.dataSize).
 */
const cellBytes = 20;
const rowBytes = 40;

/** Rows of a chunk → bytes. */
export class RowEncoder {
  readonly #table: TableSpec;
  readonly #encoders: CellEncoder[];
  readonly #partition: number[];
  /** Indexes of all key columns. */
  readonly #key: number[];

  constructor(table: TableSpec) {
    this.#table = table;
    const columns = typedColumns(table);
    const indexOf = (name: string) => columns.findIndex((column) => column.name === name);
    this.#encoders = columns.map(({ type }) => rememberingEncoder(type, cellEncoder(type)));
    this.#partition = table.partitionKey.map(indexOf);
    this.#key = [...this.#partition, ...table.clusteringKey.map(indexOf)];
  }

  /** @param writeTime in microseconds. KEY_IS_NULL */
  encode(row: number, values: readonly CqlValue[], writeTime: number): EncodedRow {
    const cells = new Array<Buffer | null>(this.#encoders.length + 1);
    let size = rowBytes;
    for (let i = 0; i < this.#encoders.length; i++) {
      const value = values[i] ?? null;
      const cell = value === null ? null : (this.#encoders[i] as CellEncoder)(value);
      cells[i] = cell;
      size += cellBytes + (cell?.length ?? 0);
    }
    cells[this.#encoders.length] = encodeLong(writeTime);
    for (const i of this.#key) {
      if (cells[i] === null) throw keyIsNull(this.#table.name, this.#table.columns[i]?.name ?? '', row);
    }
    return { row, values: cells, partition: this.#partitionOf(cells), size };
  }

  /** Tells rows of a table apart as Cassandra does: by the bytes of their keys. */
  keyOf({ values, partition }: EncodedRow): string {
    if (this.#key.length === this.#partition.length) return partition.toString('latin1');
    return this.#key.map((i) => `${(values[i] as Buffer).length}:${(values[i] as Buffer).toString('latin1')}`).join('');
  }

  /** One column is the key itself; of several, each has its length before it and a zero behind it. */
  #partitionOf(cells: readonly (Buffer | null)[]): Buffer {
    const partition = this.#partition;
    if (partition.length === 1) return cells[partition[0] as number] as Buffer;
    let length = 0;
    for (const i of partition) length += (cells[i] as Buffer).length + 3;
    const framed = Buffer.allocUnsafe(length);
    let at = 0;
    for (const i of partition) {
      const part = cells[i] as Buffer;
      framed[at++] = part.length >> 8;
      framed[at++] = part.length;
      framed.set(part, at);
      at += part.length;
      framed[at++] = 0;
    }
    return framed;
  }
}
