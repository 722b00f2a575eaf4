import type { TableSpec } from '../protocol/tables.ts';
import type { CoreDms, RowFigure } from './core-dms.ts';
import { parseCqlType } from './cql-types.ts';
import { formatCqlValue, type JsonValue } from './cql-values.ts';

/** Rows as people and programs read them. */
export interface JsonRows {
  columns: TableSpec['columns'];
  /** Values in the order of `columns`. */
  rows: JsonValue[][];
  /** Rows in the whole table. */
  total: RowFigure;
}

/** At most `limit` rows of a table. TABLE_NOT_FOUND */
export async function readJsonRows(coreDms: CoreDms, table: string, limit: number): Promise<JsonRows> {
  const total = await coreDms.rows(table);
  const { columns, rows } = await coreDms.read(table, { limit });
  const types = columns.map(({ type }) => {
    const parsed = parseCqlType(type);
    // CoreDms gives types that it was given; one of a newer version is shown as text.
    return 'error' in parsed ? ({ kind: 'text' } as const) : parsed;
  });
  const values = rows.map((row) =>
    row.map((value, i) => {
      const type = types[i];
      return type ? formatCqlValue(type, value) : null;
    }),
  );
  return { columns, rows: values, total };
}
