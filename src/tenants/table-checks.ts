import { keyTypeError, parseCqlType } from '../coredms/cql-types.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import type { TenantProfileFile } from './profile-schema.ts';
import type { Partially } from './schema-diagnostics.ts';
import type { YamlSource } from './yaml-source.ts';

/** Reports what is wrong with the keys of the tables of a profile. */
export function checkTables(source: YamlSource, tables: Partially<TenantProfileFile['tables']> | undefined): void {
  for (const [name, table] of Object.entries(tables ?? {})) {
    const columns = new Map(Object.entries(table?.columns ?? {}));
    // Also columns whose type is wrong: they are there.
    const names = source.keysAt(['tables', name, 'columns']);
    const seen = new Map<string, string>();
    for (const key of ['partitionKey', 'clusteringKey'] as const) {
      for (const [index, column] of (table?.[key] ?? []).entries()) {
        if (column === undefined) continue;
        const report = (code: string, message: string, suggestion?: string) =>
          source.report(['tables', name, key, index], 'value', { code, message, suggestion });
        const before = seen.get(column);
        if (before !== undefined) {
          const where = before === key ? `twice in the ${key}` : `in the ${before} already`;
          report('COLUMN_TWICE_IN_KEY', `the column \`${column}\` is ${where} of table \`${name}\``);
        }
        seen.set(column, key);
        if (names && !names.includes(column)) {
          const message = `the ${key} of table \`${name}\` names \`${column}\`, which is not one of its columns`;
          report('UNKNOWN_COLUMN', message, source.full ? undefined : didYouMean(column, names));
        }
        const type = parseCqlType(columns.get(column) ?? 'text');
        const fault = 'error' in type ? undefined : keyTypeError(type);
        if (fault !== undefined) report('INVALID_KEY_TYPE', `\`${column}\` cannot be in a key: ${fault}`);
      }
    }
  }
}
