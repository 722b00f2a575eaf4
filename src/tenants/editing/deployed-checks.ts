import { existsSync } from 'node:fs';
import { connectCoreDms } from '../../coredms/connect.ts';
import { readingAccess } from '../../coredms/location.ts';
import { formatCqlType, parseCqlType } from '../../coredms/cql-types.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import type { YamlSource } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';

/** The tables that the tenant has in CoreDms now; none when there is no keyspace or it cannot be read. Not for the main thread. */
export async function deployedTables(folder: PlatformFolder, tenant: string): Promise<TableSpec[]> {
  try {
    const access = await readingAccess(folder, tenant);
    if (!access || (access.target.kind === 'embedded' && !existsSync(access.target.file))) return [];
    const coreDms = await connectCoreDms(access, 'read');
    try {
      return await coreDms.tables();
    } finally {
      await coreDms.dispose();
    }
  } catch {
    // What is stored is not readable just now; the run that needs it says why.
    return [];
  }
}

/** Reports changes of keys and types that CoreDms refuses, for there are rows under the old ones. */
export function checkDeployed(source: YamlSource, deployed: readonly TableSpec[]): void {
  for (const table of deployed) {
    const path = ['tables', table.name];
    for (const column of table.columns) {
      const written = valueAt(source.value, [...path, 'columns', column.name]);
      const type = typeof written === 'string' ? canonical(written) : undefined;
      if (type === undefined || type === canonical(column.type)) continue;
      source.report([...path, 'columns', column.name], 'value', {
        code: 'DEPLOYED_TYPE_DIFFERS',
        message: `\`${column.name}\` of the deployed table \`${table.name}\` is ${column.type}; a column's type cannot change: give the new one another name, or the table`,
        suggestion: column.type,
      });
    }
    for (const key of ['partitionKey', 'clusteringKey'] as const) {
      const written = columnsAt(source, [...path, key]);
      const stored = table[key];
      if (!written || source.keysAt(path) === undefined || written.join() === stored.join()) continue;
      const was = stored.length === 0 ? 'none' : stored.join(', ');
      source.report([...path, key], 'value', {
        code: 'DEPLOYED_KEY_DIFFERS',
        message: `the ${key} of the deployed table \`${table.name}\` is ${was}; a key cannot change: restore it, or give the table another name`,
        ...(stored.length === 0 ? {} : { suggestion: `[${stored.join(', ')}]` }),
      });
    }
  }
}

/** The columns of a key as written; an absent clustering key has none. Undefined when it is not a list of names. */
function columnsAt(source: YamlSource, path: string[]): string[] | undefined {
  const written = valueAt(source.value, path);
  if (written === undefined)
    return path.at(-1) === 'clusteringKey' && source.keysAt(path.slice(0, -1)) ? [] : undefined;
  return Array.isArray(written) && written.every((one) => typeof one === 'string') ? written : undefined;
}

/** One text for all spellings of a type: varchar is text. */
function canonical(type: string): string | undefined {
  const parsed = parseCqlType(type);
  return 'error' in parsed ? undefined : formatCqlType(parsed).replaceAll('varchar', 'text');
}
