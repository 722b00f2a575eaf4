import type { CqlValue } from '../../coredms/cql-values.ts';
import { compileConverter, Unconvertible } from '../../coredms/cql-values.ts';
import { parseCqlType } from '../../coredms/cql-types.ts';
import type { TableSpec } from '../../protocol/tables.ts';

/** Why a row is not a row of the table. */
export interface Unfit {
  column: string;
  code: string;
  reason: string;
}

/** The convert stage: values as an app gives them → values of the columns' CQL types. */
export class RowConverter {
  readonly #names: string[];
  readonly #converters: ((value: unknown) => CqlValue | Unconvertible)[];
  readonly #isKey: boolean[];

  constructor(table: TableSpec) {
    const keys = new Set([...table.partitionKey, ...table.clusteringKey]);
    this.#names = table.columns.map((column) => column.name);
    this.#isKey = this.#names.map((name) => keys.has(name));
    this.#converters = table.columns.map(({ type }) => {
      const parsed = parseCqlType(type);
      if ('error' in parsed) throw new Error(`${type} ${parsed.error}`);
      return compileConverter(parsed);
    });
  }

  /** Converts in place: `row` holds CqlValues when undefined is returned. */
  convert(row: unknown[]): Unfit | undefined {
    for (let i = 0; i < this.#converters.length; i++) {
      const convert = this.#converters[i] as (value: unknown) => CqlValue | Unconvertible;
      const value = convert(row[i]);
      if (value instanceof Unconvertible) {
        return { column: this.#names[i] as string, code: value.code, reason: value.reason };
      }
      if (value === null && this.#isKey[i]) {
        return {
          column: this.#names[i] as string,
          code: 'KEY_IS_NULL',
          reason: 'the column is part of the primary key and has no value',
        };
      }
      row[i] = value;
    }
    return undefined;
  }
}
