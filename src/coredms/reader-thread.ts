import { serveThread } from '../foundation/thread-call.ts';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import type { TableSpec } from '../protocol/tables.ts';
import { connectCoreDms } from './connect.ts';
import { tableNotFound } from './core-dms-errors.ts';
import type { CoreDms, RowFigure } from './core-dms.ts';
import { readJsonRows, type JsonRows } from './json-rows.ts';
import { readingAccess } from './location.ts';

/** A tenant's keyspace, wherever the platform's CoreDms is. */
export interface KeyspacePlace {
  /** Absolute path of the platform folder. */
  folder: string;
  tenant: string;
}

export interface TableFigures {
  spec: TableSpec;
  rows: RowFigure;
}

/** What the reading thread offers: a look into keyspaces for those who must not load a driver or SQLite themselves. */
export interface ReaderCalls {
  /** The tables of a keyspace with their rows. */
  tables(place: KeyspacePlace): Promise<TableFigures[]>;
  /** TABLE_NOT_FOUND */
  read(place: KeyspacePlace, table: string, limit: number): Promise<JsonRows>;
}

/** Undefined when the tenant has no keyspace yet. */
async function reading<T>(
  { folder, tenant }: KeyspacePlace,
  work: (coreDms: CoreDms) => Promise<T>,
): Promise<T | undefined> {
  const access = await readingAccess(new PlatformFolder(folder), tenant);
  if (!access) return undefined;
  const coreDms = await connectCoreDms(access, 'read');
  try {
    return await work(coreDms);
  } finally {
    await coreDms.dispose();
  }
}

serveThread({
  tables: async (place) => {
    const tables = await reading(place, async (coreDms) => {
      const specs = await coreDms.tables();
      return Promise.all(specs.map(async (spec) => ({ spec, rows: await coreDms.rows(spec.name) })));
    });
    return tables ?? [];
  },
  read: async (place, table, limit) => {
    const rows = await reading(place, (coreDms) => readJsonRows(coreDms, table, limit));
    if (!rows) throw tableNotFound(table, []);
    return rows;
  },
} satisfies ReaderCalls);
