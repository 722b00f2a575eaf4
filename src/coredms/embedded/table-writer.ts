import type { DatabaseSync } from '@photostructure/sqlite';
import type { TableSpec } from '../../protocol/tables.ts';
import type { WriteChunk } from '../core-dms.ts';
import { keyIsNull } from '../core-dms-errors.ts';
import { primaryKey, typedColumns } from '../table-change.ts';
import { physicalTable, quoted, rowColumn, writeTimeColumn } from './identifiers.ts';
import { physicalType } from './physical-types.ts';

type Database = InstanceType<typeof DatabaseSync>;
type Statement = ReturnType<Database['prepare']>;

/** The prepared statements that put rows of one table specification into its SQLite table. */
export class TableWriter {
  readonly #table: TableSpec;
  readonly #upsert: Statement;
  readonly #newestRow: Statement;
  readonly #addRows: Statement;
  /** Indexes of the key columns. */
  readonly #key: number[];
  /** Columns whose values are not bound as they are. */
  readonly #encoders: { column: number; encode: NonNullable<ReturnType<typeof physicalType>['encode']> }[] = [];

  constructor(db: Database, table: TableSpec) {
    this.#table = table;
    const columns = typedColumns(table);
    const key = primaryKey(table);
    this.#key = key.map((name) => columns.findIndex((column) => column.name === name));
    columns.forEach(({ type }, column) => {
      const { encode } = physicalType(type);
      if (encode) this.#encoders.push({ column, encode });
    });
    const into = physicalTable(table.name);
    const written = [...columns.map(({ name }) => quoted(name)), writeTimeColumn];
    const overwritten = written.filter((name) => !key.map(quoted).includes(name));
    // Rows of one chunk meet the same rule one after another, so the winner of a repeated key is the last newest row.
    this.#upsert = db.prepare(
      `INSERT INTO ${into} (${written.join(', ')}) VALUES (${written.map(() => '?').join(', ')})
       ON CONFLICT (${key.map(quoted).join(', ')}) DO UPDATE
       SET ${overwritten.map((name) => `${name} = excluded.${name}`).join(', ')}
       WHERE excluded.${writeTimeColumn} >= ${into}.${writeTimeColumn}`,
    );
    this.#newestRow = db.prepare(`SELECT coalesce(max(${rowColumn}), 0) AS "row" FROM ${into}`);
    this.#addRows = db.prepare('UPDATE "__tables" SET "row_count" = "row_count" + ? WHERE "name" = ?');
  }

  /** Inside the caller's transaction. KEY_IS_NULL */
  write({ rows, writeTimes }: WriteChunk): void {
    const before = this.#newest();
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const time = writeTimes[i];
      if (row?.length !== this.#table.columns.length || time === undefined) {
        throw new TypeError(`row ${i} of table '${this.#table.name}' lacks values or its write time`);
      }
      for (const column of this.#key) {
        if (row[column] === null) throw keyIsNull(this.#table.name, this.#table.columns[column]?.name ?? '', i);
      }
      this.#upsert.run(...this.#encoded(row), time);
    }
    // A new row gets the number after the highest, an updated one keeps its own: the difference is what was added.
    const added = this.#newest() - before;
    if (added > 0) this.#addRows.run(added, this.#table.name);
  }

  #encoded(row: WriteChunk['rows'][number]): unknown[] {
    if (this.#encoders.length === 0) return row;
    const encoded = row.slice();
    for (const { column, encode } of this.#encoders) {
      const value = row[column];
      if (value !== null && value !== undefined) encoded[column] = encode(value);
    }
    return encoded;
  }

  #newest(): number {
    return (this.#newestRow.get() as { row: number }).row;
  }
}
