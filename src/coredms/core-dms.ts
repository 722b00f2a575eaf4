import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { TableSpec } from '../protocol/tables.ts';
import type { CqlValue } from './cql-values.ts';

/** Rows that become durable together. */
export interface WriteChunk {
  /** One array a row, values in the order of the table's columns; an absent value is null. */
  rows: CqlValue[][];
  /** Microseconds since the epoch, one a row. */
  writeTimes: number[];
}

export interface RowPage {
  /** As the table has them now, types as CQL text. */
  columns: TableSpec['columns'];
  /** Canonical values in the order of `columns`. */
  rows: CqlValue[][];
}

/**
 * mysimbdp-coredms as one tenant sees it: a keyspace of tables. test/contract/core-dms.contract.ts is its specification.
 * Every method can fail with COREDMS_UNAVAILABLE and COREDMS_BUSY.
 */
export interface CoreDms extends AsyncDisposer {
  /**
   * Creates keyspace and table when missing and adds columns that are new. Columns that the specification no longer has
   * stay as they are. TABLE_CHANGE_REFUSED when a column's type or the key differs.
   */
  ensureTable(table: TableSpec): Promise<void>;
  /**
   * Upserts by primary key: of two rows with one key the newer write time wins as a whole, on a tie the one written later;
   * so a replay changes nothing. Null overwrites. When it resolves, all rows survive a crash of the process; when it
   * rejects, the chunk can be written again. TABLE_NOT_FOUND, KEY_IS_NULL (then no row is written), COREDMS_FULL.
   */
  write(table: TableSpec, chunk: WriteChunk, signal?: AbortSignal): Promise<void>;
  /** When it resolves, everything that was written before survives a power cut as well. */
  sync(): Promise<void>;
  /** Rows in the table, exact. TABLE_NOT_FOUND. */
  count(table: string): Promise<number>;
  /** At most `limit` rows, in no promised order. TABLE_NOT_FOUND. */
  read(table: string, options: { limit: number }): Promise<RowPage>;
  /** The tables of the keyspace as they are stored, by name. */
  tables(): Promise<TableSpec[]>;
}
