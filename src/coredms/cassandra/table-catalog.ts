import type { Client } from 'cassandra-driver';
import * as z from 'zod';
import type { TableSpec } from '../../protocol/tables.ts';
import { tableChanged, tableChangeRefused, tableGone, tableNotFound } from '../core-dms-errors.ts';
import { formatCqlType, parseCqlType } from '../cql-types.ts';
import { addedColumns, typedColumns, type TypedColumn } from '../table-change.ts';
import { messageOf } from '../../foundation/errors.ts';
import { troubleOf } from './cassandra-faults.ts';
import { literal, quoted } from '../../runtimes/cassandra-names.ts';
import { physicalTable } from './physical-table.ts';

/** What the platform keeps in a table's comment: Cassandra forgets the order of columns, and names that it cannot take. */
const comment = z.object({ table: z.string(), columns: z.array(z.string()) });

/**
 * How long Cassandra remembers that a cell was written as empty: an older file that comes later than that would show through.
 * Ten years.
 */
const rememberedSeconds = 315_360_000;

interface StoredColumn {
  table: string;
  name: string;
  kind: 'partition_key' | 'clustering' | 'regular' | 'static';
  position: number;
  type: string;
}

/** The tables of a keyspace, as Cassandra's own schema has them. */
export class TableCatalog {
  readonly #client: Client;
  readonly #keyspace: string;

  constructor(client: Client, keyspace: string) {
    this.#client = client;
    this.#keyspace = keyspace;
  }

  async tables(): Promise<TableSpec[]> {
    const [tables, columns] = await Promise.all([
      this.#client.execute('SELECT table_name, comment FROM system_schema.tables WHERE keyspace_name = ?', [
        this.#keyspace,
      ]),
      this.#client.execute(
        'SELECT table_name, column_name, kind, position, type FROM system_schema.columns WHERE keyspace_name = ?',
        [this.#keyspace],
        { fetchSize: 20_000 },
      ),
    ]);
    const stored = columns.rows.map((row): StoredColumn => ({
      table: row.get('table_name') as string,
      name: row.get('column_name') as string,
      kind: row.get('kind') as StoredColumn['kind'],
      position: row.get('position') as number,
      type: row.get('type') as string,
    }));
    return tables.rows
      .map((row) => {
        const physical = row.get('table_name') as string;
        const ofTable = stored.filter(({ table }) => table === physical);
        return specOf(physical, row.get('comment') as string | null, ofTable);
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** TABLE_NOT_FOUND */
  async table(name: string): Promise<TableSpec> {
    const tables = await this.tables();
    const found = tables.find((table) => table.name === name);
    if (found) return found;
    throw tableNotFound(
      name,
      tables.map((table) => table.name),
    );
  }

  /** The tables that the platform has made, in CQL: others have no comment of it. */
  async made(): Promise<string[]> {
    const { rows } = await this.#client.execute(
      'SELECT table_name, comment FROM system_schema.tables WHERE keyspace_name = ?',
      [this.#keyspace],
    );
    return rows
      .map((row) => ({ physical: row.get('table_name') as string, text: row.get('comment') as string | null }))
      .filter(({ physical, text }) => readComment(text, physical).columns.length > 0)
      .map(({ physical }) => `${quoted(this.#keyspace)}.${quoted(physical)}`);
  }

  /** The table in CQL, with its keyspace. */
  inCql(table: string): string {
    return `${quoted(this.#keyspace)}.${quoted(physicalTable(table))}`;
  }

  /** Creates the table or adds its new columns. TABLE_CHANGE_REFUSED, TABLE_INVALID */
  async ensure(table: TableSpec): Promise<void> {
    let stored = (await this.tables()).find(({ name }) => name === table.name);
    if (!stored) {
      await this.#create(table);
      // Another run may have been quicker, with another profile.
      stored = await this.table(table.name);
    }
    const added = addedTo(stored, table);
    if (added.length === 0) return;
    await this.#add(stored, added);
  }

  /**
   * Columns that were dropped once, with the time in microseconds: when they are there again, they hide every value that was
   * written before or at that time.
   */
  async droppedColumns(table: string): Promise<Map<string, number>> {
    const { rows } = await this.#client.execute(
      'SELECT column_name, dropped_time FROM system_schema.dropped_columns WHERE keyspace_name = ? AND table_name = ?',
      [this.#keyspace, physicalTable(table)],
    );
    // Kept in milliseconds.
    const timeOf = (dropped: Date) => dropped.getTime() * 1000 + 999;
    return new Map(rows.map((row) => [row.get('column_name') as string, timeOf(row.get('dropped_time') as Date)]));
  }

  /** Makes sure that rows of `table` can still be written. TABLE_GONE, TABLE_CHANGED */
  async check(table: TableSpec): Promise<void> {
    const stored = (await this.tables()).find(({ name }) => name === table.name);
    if (!stored) throw tableGone(table.name);
    try {
      const missing = addedTo(stored, table).map(({ name }) => `column ${name} is gone`);
      if (missing.length > 0) throw tableChanged(table.name, missing.join('; '));
    } catch (error) {
      throw (error as { code?: unknown }).code === 'TABLE_CHANGE_REFUSED'
        ? tableChanged(table.name, messageOf(error))
        : error;
    }
  }

  async #create(table: TableSpec): Promise<void> {
    const columns = typedColumns(table);
    const partition = table.partitionKey.map(quoted).join(', ');
    const key = [`(${partition})`, ...table.clusteringKey.map(quoted)].join(', ');
    const options = [commentOf(table.name, columns), `gc_grace_seconds = ${rememberedSeconds}`];
    await this.#client.execute(
      `CREATE TABLE IF NOT EXISTS ${this.inCql(table.name)}
         (${columns.map(declaration).join(', ')}, PRIMARY KEY (${key})) WITH ${options.join(' AND ')}`,
      [],
      { prepare: false },
    );
  }

  async #add(stored: TableSpec, added: readonly TypedColumn[]): Promise<void> {
    const table = this.inCql(stored.name);
    try {
      await this.#client.execute(`ALTER TABLE ${table} ADD IF NOT EXISTS (${added.map(declaration).join(', ')})`, [], {
        prepare: false,
      });
    } catch (error) {
      // A column of that name was dropped that had another type.
      throw troubleOf(error) === 'refused' ? tableChangeRefused(stored.name, [messageOf(error)]) : error;
    }
    const columns = [...stored.columns, ...added];
    await this.#client.execute(`ALTER TABLE ${table} WITH ${commentOf(stored.name, columns)}`, [], { prepare: false });
  }
}

/** What Cassandra could not tell `wanted` from; columns of types that no profile has matter only when the profile names them. */
function addedTo(stored: TableSpec, wanted: TableSpec): TypedColumn[] {
  const named = new Set(wanted.columns.map(({ name }) => name));
  const foreign = stored.columns.filter(({ type }) => 'error' in parseCqlType(type));
  const clashes = foreign.filter(({ name }) => named.has(name));
  if (clashes.length > 0) {
    throw tableChangeRefused(
      wanted.name,
      clashes.map(({ name, type }) => `column ${name} is ${type}, a type that no profile has`),
    );
  }
  return addedColumns({ ...stored, columns: stored.columns.filter((column) => !foreign.includes(column)) }, wanted);
}

function declaration({ name, type }: TypedColumn): string {
  return `${quoted(name)} ${formatCqlType(type)}`;
}

function commentOf(table: string, columns: readonly { name: string }[]): string {
  const kept: z.infer<typeof comment> = { table, columns: columns.map(({ name }) => name) };
  return `comment = ${literal(JSON.stringify(kept))}`;
}

const kinds: readonly StoredColumn['kind'][] = ['partition_key', 'clustering', 'static', 'regular'];

function specOf(physical: string, kept: string | null, columns: readonly StoredColumn[]): TableSpec {
  const known = readComment(kept, physical);
  const order = (name: string) => {
    const at = known.columns.indexOf(name);
    return at === -1 ? Infinity : at;
  };
  const natural = [...columns].sort(
    (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.position - b.position || (a.name < b.name ? -1 : 1),
  );
  const ofKind = (kind: StoredColumn['kind']) =>
    natural.filter((column) => column.kind === kind).map(({ name }) => name);
  const ordered = [...natural].sort((a, b) =>
    order(a.name) < order(b.name) ? -1 : order(a.name) > order(b.name) ? 1 : 0,
  );
  return {
    name: known.table,
    columns: ordered.map(({ name, type }) => ({ name, type: canonicalType(type) })),
    partitionKey: ofKind('partition_key'),
    clusteringKey: ofKind('clustering'),
  };
}

function canonicalType(text: string): string {
  const type = parseCqlType(text);
  return 'error' in type ? text : formatCqlType(type);
}

/** A comment that somebody else has written says nothing; a name that it claims has to be that of the table. */
function readComment(text: string | null, physical: string): z.infer<typeof comment> {
  try {
    const kept = comment.parse(JSON.parse(text ?? ''));
    if (physicalTable(kept.table) === physical) return kept;
  } catch {
    // Not ours.
  }
  return { table: physical, columns: [] };
}
