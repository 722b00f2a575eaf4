import { existsSync, mkdirSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { until } from '../../foundation/deadlines.ts';
import { systemCode } from '../../foundation/errors.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import type { CoreDms, RefusedRow, RowFigure, RowPage, WriteChunk } from '../core-dms.ts';
import { typedColumns } from '../table-change.ts';
import { physicalTable, quoted, rowColumn } from './identifiers.ts';
import { physicalType, type StoredValue } from './physical-types.ts';
import { isBusy, storeFault } from './store-faults.ts';
import { TableCatalog } from './table-catalog.ts';
import { TableWriter } from './table-writer.ts';

type Database = InstanceType<typeof DatabaseSync>;

/** How long a statement waits for another process's lock. */
const busyMs = 10_000;
/** Statements are kept for this many table specifications; a keyspace has few. */
const maxWriters = 64;

// synchronous=NORMAL with WAL: a commit survives the end of the process at any moment, and a power cut costs the newest
// commits but never the file. Pages, cache (KiB) and checkpoint interval (pages) are what measured fastest for inserts
// with random keys while costing at most 32 MiB of memory and of log.
const writerSettings = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -32768;
  PRAGMA wal_autocheckpoint = 4096`;

function openForWriting(file: string): Database {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: busyMs });
  try {
    db.exec(writerSettings);
    new TableCatalog(db).create();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A keyspace that nobody has written yet, or that is being created right now, reads as an empty one. */
function openForReading(file: string): Database {
  if (existsSync(file)) {
    const db = new DatabaseSync(file, { timeout: busyMs, readOnly: true });
    try {
      if (new TableCatalog(db).exists()) return db;
      db.close();
    } catch (error) {
      db.close();
      throw error;
    }
  }
  const empty = new DatabaseSync(':memory:');
  new TableCatalog(empty).create();
  return empty;
}

/** A keyspace in one SQLite file. Everything runs synchronously in the calling thread; one writer a file at a time. */
export class EmbeddedCoreDms implements CoreDms {
  readonly writesAtOnce = 1;
  readonly #file: string;
  readonly #db: Database;
  readonly #catalog: TableCatalog;
  readonly #writers = new Map<string, TableWriter>();

  private constructor(file: string, db: Database) {
    this.#file = file;
    this.#db = db;
    this.#catalog = new TableCatalog(db);
  }

  static async open(file: string, mode: 'read' | 'write'): Promise<EmbeddedCoreDms> {
    const openDatabase = mode === 'write' ? openForWriting : openForReading;
    let failure: unknown;
    try {
      // Two processes that create the file at one time are told busy without having waited.
      const db = await until(busyMs, `opening ${file}`, () => {
        try {
          return openDatabase(file);
        } catch (error) {
          failure = error;
          if (isBusy(error)) return false;
          throw error;
        }
      });
      return new EmbeddedCoreDms(file, db);
    } catch (error) {
      throw storeFault(failure ?? error, file);
    }
  }

  ensureTable(table: TableSpec): Promise<void> {
    return this.#do(() => {
      this.#transaction(() => {
        this.#catalog.ensure(table);
      });
    });
  }

  write(table: TableSpec, chunk: WriteChunk, signal?: AbortSignal): Promise<RefusedRow[]> {
    return this.#do(() => {
      signal?.throwIfAborted();
      this.#transaction(() => {
        this.#writer(table).write(chunk);
      });
      return [];
    });
  }

  async sync(): Promise<void> {
    // The commits are in the log already; forcing that to disk once covers them all, at a fraction of what a forced commit a
    // chunk would cost. What has moved from the log into the file was forced there by SQLite.
    let log: FileHandle | undefined;
    try {
      // Its lock files are not touched: closing one of those would drop SQLite's locks.
      log = await open(`${this.#file}-wal`, 'r+');
      await log.datasync();
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw storeFault(error, this.#file);
    } finally {
      await log?.close();
    }
  }

  count(table: string): Promise<number> {
    return this.#do(() => this.#catalog.count(table));
  }

  /** The catalog knows. */
  async rows(table: string): Promise<RowFigure> {
    return { rows: await this.count(table), more: false };
  }

  read(table: string, { limit }: { limit: number }): Promise<RowPage> {
    return this.#do(() => {
      const spec = this.#catalog.table(table);
      const columns = typedColumns(spec);
      const select = this.#db.prepare(
        `SELECT ${columns.map(({ name }) => quoted(name)).join(', ')} FROM ${physicalTable(table)} ORDER BY ${rowColumn} LIMIT ?`,
      );
      select.setReadBigInts(true);
      select.setReturnArrays(true);
      const decoders = columns.map(({ type }) => physicalType(type).decode);
      const stored = select.all(limit) as StoredValue[][];
      const rows = stored.map((row) =>
        decoders.map((decode, i) => {
          const value = row[i] ?? null;
          return value === null ? null : decode(value);
        }),
      );
      return { columns: spec.columns, rows };
    });
  }

  tables(): Promise<TableSpec[]> {
    return this.#do(() => this.#catalog.tables());
  }

  dispose(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #writer(table: TableSpec): TableWriter {
    const key = JSON.stringify(table);
    let writer = this.#writers.get(key);
    if (!writer) {
      this.#catalog.table(table.name);
      if (this.#writers.size >= maxWriters) this.#writers.clear();
      writer = new TableWriter(this.#db, table);
      this.#writers.set(key, writer);
    }
    return writer;
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // Some errors, like a full disk, have ended the transaction already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Synchronous work as the port's promise, with the port's errors. */
  async #do<T>(work: () => T): Promise<T> {
    try {
      return await Promise.resolve(work());
    } catch (error) {
      throw storeFault(error, this.#file);
    }
  }
}
