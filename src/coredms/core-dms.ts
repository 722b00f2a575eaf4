import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { TableSpec } from '../protocol/tables.ts';
import type { CqlValue } from './cql-values.ts';

/** How long a store that is away is waited for, since it last took anything. Milliseconds. */
export const awayMs = 300_000;

/** Rows that are acknowledged together. */
export interface WriteChunk {
  /** One array a row, values in the order of the table's columns; an absent value is null. */
  rows: CqlValue[][];
  /** Microseconds since the epoch, one a row. */
  writeTimes: number[];
}

/** A row that the store itself would not have. */
export interface RefusedRow {
  /** Its index in the chunk. */
  row: number;
  /** In the store's words. */
  reason: string;
}

/** How many rows a table has, as far as that is to be had without looking at all of them. */
export interface RowFigure {
  rows: number;
  /** Whether there are more. */
  more: boolean;
}

export interface RowPage {
  /** As the table has them now, types as CQL text. */
  columns: TableSpec['columns'];
  /** Canonical values in the order of `columns`. */
  rows: CqlValue[][];
}

/**
 * mysimbdp-coredms as one tenant sees it: a keyspace of tables. test/contract/core-dms.contract.ts is its specification.
 * Every method can fail with COREDMS_UNAVAILABLE, COREDMS_AWAY, COREDMS_BUSY, COREDMS_FORBIDDEN and COREDMS_LOGIN_REFUSED.
 */
export interface CoreDms extends AsyncDisposer {
  /** How many chunks are best written at a time: more keep a server busy, one is enough for what works in the calling thread. */
  readonly writesAtOnce: number;
  /**
   * Creates keyspace and table when missing and adds columns that are new. Columns that the specification no longer has
   * stay as they are. TABLE_CHANGE_REFUSED when a column's type or the key differs.
   */
  ensureTable(table: TableSpec): Promise<void>;
  /**
   * Upserts by primary key: of two rows with one key the newer write time wins as a whole, so a replay changes nothing. Null
   * overwrites. On a tie the later row of the chunk wins; between two chunks a store may decide for each column by itself
   * (Cassandra keeps the greater value), so different rows need different write times. When it resolves, all rows but those
   * that it tells of survive a crash of the process; when it rejects, the chunk can be written again. Several chunks can be
   * on their way at a time. TABLE_NOT_FOUND, KEY_IS_NULL (then no row is written), COREDMS_FULL, TABLE_CHANGED, TABLE_GONE.
   * @returns the rows that the store refused
   */
  write(table: TableSpec, chunk: WriteChunk, signal?: AbortSignal): Promise<RefusedRow[]>;
  /** When it resolves, everything that was written before survives a power cut as far as the store can promise it. */
  sync(): Promise<void>;
  /** Rows in the table, exact, however long it takes to count them. TABLE_NOT_FOUND. */
  count(table: string): Promise<number>;
  /** Rows in the table, at once: a store that would have to look at every row looks at a few thousand. TABLE_NOT_FOUND. */
  rows(table: string): Promise<RowFigure>;
  /** At most `limit` rows, in no promised order. TABLE_NOT_FOUND. */
  read(table: string, options: { limit: number }): Promise<RowPage>;
  /** The tables of the keyspace as they are stored, by name. */
  tables(): Promise<TableSpec[]>;
}
