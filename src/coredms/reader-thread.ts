import { serveThread } from '../foundation/thread-call.ts';
import type { CoreDmsTarget } from '../protocol/jobs.ts';
import type { TableSpec } from '../protocol/tables.ts';
import { connectCoreDms } from './connect.ts';
import type { CoreDms } from './core-dms.ts';
import { readJsonRows, type JsonRows } from './json-rows.ts';

/** What the reading thread offers: a look into keyspaces for those who must not load a driver or SQLite themselves. */
export interface ReaderCalls {
  /** The tables of a keyspace with their rows. */
  tables(target: CoreDmsTarget): Promise<{ spec: TableSpec; rows: number }[]>;
  /** TABLE_NOT_FOUND */
  read(target: CoreDmsTarget, table: string, limit: number): Promise<JsonRows>;
}

async function reading<T>(target: CoreDmsTarget, work: (coreDms: CoreDms) => Promise<T>): Promise<T> {
  const coreDms = await connectCoreDms(target, 'read');
  try {
    return await work(coreDms);
  } finally {
    await coreDms.dispose();
  }
}

serveThread({
  tables: (target) =>
    reading(target, async (coreDms) => {
      const specs = await coreDms.tables();
      return Promise.all(specs.map(async (spec) => ({ spec, rows: await coreDms.count(spec.name) })));
    }),
  read: (target, table, limit) => reading(target, (coreDms) => readJsonRows(coreDms, table, limit)),
} satisfies ReaderCalls);
