import type { DatabaseSync } from '@photostructure/sqlite';
import * as z from 'zod';
import { tableSpec, type TableSpec } from '../../protocol/tables.ts';
import { tableNotFound } from '../core-dms-errors.ts';
import { formatCqlType } from '../cql-types.ts';
import { addedColumns, primaryKey, typedColumns, type TypedColumn } from '../table-change.ts';
import { physicalTable, quoted, rowColumn, writeTimeColumn } from './identifiers.ts';
import { physicalType } from './physical-types.ts';

type Database = InstanceType<typeof DatabaseSync>;

const createCatalog = `
  CREATE TABLE IF NOT EXISTS "__tables" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "spec" TEXT NOT NULL, -- JSON: the columns with their CQL types, and the key
    "row_count" INTEGER NOT NULL DEFAULT 0
  )`;
const nameRow = z.array(z.object({ name: z.string(), spec: z.string() }));
const countRow = z.object({ row_count: z.number() }).optional();

/** What tables the keyspace has, with their CQL types beside SQLite's own, and how many rows. */
export class TableCatalog {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  create(): void {
    this.#db.exec(createCatalog);
  }

  exists(): boolean {
    return (
      this.#db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '__tables'").get() !== undefined
    );
  }

  tables(): TableSpec[] {
    const rows = nameRow.parse(this.#db.prepare('SELECT "name", "spec" FROM "__tables" ORDER BY "name"').all());
    return rows.map(({ spec }) => tableSpec.parse(JSON.parse(spec)));
  }

  /** TABLE_NOT_FOUND */
  table(name: string): TableSpec {
    const tables = this.tables();
    const found = tables.find((table) => table.name === name);
    if (!found) throw this.#notFound(name, tables);
    return found;
  }

  /** Rows of the table. TABLE_NOT_FOUND */
  count(name: string): number {
    const row = countRow.parse(this.#db.prepare('SELECT "row_count" FROM "__tables" WHERE "name" = ?').get(name));
    if (!row) throw this.#notFound(name, this.tables());
    return row.row_count;
  }

  /** Creates the table or adds its new columns, inside the caller's transaction. TABLE_CHANGE_REFUSED, TABLE_INVALID */
  ensure(table: TableSpec): void {
    const stored = this.tables().find(({ name }) => name === table.name);
    if (!stored) {
      this.#createTable(table);
      return;
    }
    const added = addedColumns(stored, table);
    for (const column of added) {
      this.#db.exec(`ALTER TABLE ${physicalTable(table.name)} ADD COLUMN ${declaration(column)}`);
    }
    if (added.length === 0) return;
    const columns = [...stored.columns, ...added.map(({ name, type }) => ({ name, type: formatCqlType(type) }))];
    this.#db
      .prepare('UPDATE "__tables" SET "spec" = ? WHERE "name" = ?')
      .run(JSON.stringify({ ...stored, columns }), table.name);
  }

  #createTable(table: TableSpec): void {
    const columns = typedColumns(table);
    const key = primaryKey(table);
    const declarations = columns.map((column) => declaration(column) + (key.includes(column.name) ? ' NOT NULL' : ''));
    // A rowid table with a unique index upserts faster than one WITHOUT ROWID, and `__row` keeps the order of arrival.
    this.#db.exec(
      `CREATE TABLE ${physicalTable(table.name)} (
        ${rowColumn} INTEGER PRIMARY KEY,
        ${declarations.join(', ')},
        ${writeTimeColumn} INTEGER NOT NULL,
        UNIQUE (${key.map(quoted).join(', ')})
      )`,
    );
    const spec: TableSpec = {
      ...table,
      columns: columns.map(({ name, type }) => ({ name, type: formatCqlType(type) })),
    };
    this.#db.prepare('INSERT INTO "__tables" ("name", "spec") VALUES (?, ?)').run(table.name, JSON.stringify(spec));
  }

  #notFound(name: string, tables: readonly TableSpec[]) {
    return tableNotFound(
      name,
      tables.map((table) => table.name),
    );
  }
}

function declaration({ name, type }: TypedColumn): string {
  return `${quoted(name)} ${physicalType(type).declared}`;
}
