import type { Client } from 'cassandra-driver';
import { pause, unlessAborted } from '../../foundation/deadlines.ts';
import type { CassandraCluster, ClusterSecrets } from '../../protocol/jobs.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import { quoted } from '../../runtimes/cassandra-names.ts';
import type { CoreDms, RefusedRow, RowFigure, RowPage, WriteChunk } from '../core-dms.ts';
import { cassandraFault, placeOf, troubleOf, type KeyspacePlace } from './cassandra-faults.ts';
import { cellDecoder } from './cell-decoding.ts';
import { clientOf } from './connect-client.ts';
import { countByRanges } from './count-rows.ts';
import { InFlightWindow } from './in-flight-window.ts';
import { RequestSender } from './request-sender.ts';
import { readBatchLimits } from './batch-limits.ts';
import type { BatchLimits } from './row-batches.ts';
import { TableCatalog } from './table-catalog.ts';
import { TableWriter } from './table-writer.ts';

/**
 * A writer waits as long as a server takes that is being started again; whoever looks wants to hear that it is away.
 * Milliseconds.
 */
const connectForMs = { write: 45_000, read: 0 };
const connectAgainMs = 500;
/** Writers are kept for this many table specifications; a keyspace has few. */
const maxWriters = 64;
/** Half as many empty cells as Cassandra lets a request pass over (tombstone_failure_threshold). */
const pageCells = 50_000;
const mostPageRows = 1000;
/** How many rows are looked at to say how many a table has. */
const figureRows = 10_000;

/** A keyspace of a Cassandra cluster, as the tenant's role where it has one. */
export class CassandraCoreDms implements CoreDms {
  readonly writesAtOnce = 3;
  readonly #client: Client;
  readonly #place: KeyspacePlace;
  readonly #catalog: TableCatalog;
  readonly #sender: RequestSender;
  readonly #writers = new Map<string, Promise<TableWriter>>();
  readonly #ending = new AbortController();
  #limits: BatchLimits;

  private constructor(client: Client, place: KeyspacePlace, limits: BatchLimits) {
    this.#client = client;
    this.#place = place;
    this.#catalog = new TableCatalog(client, place.keyspace);
    this.#limits = limits;
    this.#sender = new RequestSender({
      client,
      keyspace: place.keyspace,
      window: new InFlightWindow(),
      check: (table) => this.#catalog.check(table),
      fault: (thrown, seconds) => cassandraFault(thrown, place, seconds),
      tooLarge: () => (this.#limits = { ...this.#limits, bytes: this.#limits.bytes / 2 }),
    });
  }

  /** COREDMS_AWAY, COREDMS_LOGIN_REFUSED, COREDMS_UNTRUSTED */
  static async open(
    cluster: CassandraCluster,
    tenant: string,
    secrets: ClusterSecrets,
    mode: 'read' | 'write',
  ): Promise<CassandraCoreDms> {
    const place = placeOf(cluster, tenant, secrets.login);
    const end = performance.now() + connectForMs[mode];
    for (;;) {
      const client = await clientOf(cluster, secrets);
      try {
        await client.connect();
        return new CassandraCoreDms(client, place, await readBatchLimits(client));
      } catch (error) {
        await client.shutdown().catch(() => undefined);
        if (troubleOf(error) !== 'away' || performance.now() > end)
          throw cassandraFault(error, place, connectForMs[mode] / 1000);
        await pause(connectAgainMs);
      }
    }
  }

  ensureTable(table: TableSpec): Promise<void> {
    return this.#do(() => this.#catalog.ensure(table));
  }

  async write(table: TableSpec, chunk: WriteChunk, signal?: AbortSignal): Promise<RefusedRow[]> {
    const either = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal;
    either.throwIfAborted();
    return this.#do(async () => {
      const writer = await this.#writer(table);
      return unlessAborted(writer.write(chunk, either), either);
    });
  }

  /** Cassandra acknowledges a row when its commit log has it, and forces that to disk as it is set (docs/decisions.md). */
  sync(): Promise<void> {
    return Promise.resolve();
  }

  count(table: string): Promise<number> {
    return this.#do(async () => {
      const { partitionKey, columns } = await this.#catalog.table(table);
      const key = partitionKey.map(quoted).join(', ');
      return countByRanges(this.#client, this.#catalog.inCql(table), key, pageRows(columns.length));
    });
  }

  rows(table: string): Promise<RowFigure> {
    return this.#do(async () => {
      const { partitionKey, columns } = await this.#catalog.table(table);
      const select = `SELECT ${quoted(partitionKey[0] as string)} FROM ${this.#catalog.inCql(table)} LIMIT ${figureRows + 1}`;
      let rows = 0;
      const fetchSize = pageRows(columns.length);
      const found = (await this.#client.execute(select, [], { fetchSize }))[Symbol.asyncIterator]();
      while (!(await found.next()).done) rows++;
      return { rows: Math.min(rows, figureRows), more: rows > figureRows };
    });
  }

  read(table: string, { limit }: { limit: number }): Promise<RowPage> {
    return this.#do(async () => {
      const { columns } = await this.#catalog.table(table);
      if (limit === 0) return { columns, rows: [] };
      const decoders = columns.map(({ type }) => cellDecoder(type));
      const names = columns.map(({ name }) => quoted(name)).join(', ');
      const select = `SELECT ${names} FROM ${this.#catalog.inCql(table)} LIMIT ${limit}`;
      const rows: RowPage['rows'] = [];
      for await (const row of await this.#client.execute(select, [], { fetchSize: pageRows(columns.length) })) {
        const values = row.values() as unknown[];
        rows.push(decoders.map((decode, i) => decode(values[i])));
      }
      return { columns, rows };
    });
  }

  tables(): Promise<TableSpec[]> {
    return this.#do(() => this.#catalog.tables());
  }

  /** What is on its way to the server may arrive all the same. */
  async dispose(): Promise<void> {
    this.#ending.abort(new Error('the connection to CoreDms was closed'));
    await this.#client.shutdown();
  }

  #writer(table: TableSpec): Promise<TableWriter> {
    const key = JSON.stringify(table);
    let writer = this.#writers.get(key);
    if (!writer) {
      if (this.#writers.size >= maxWriters) this.#writers.clear();
      writer = this.#makeWriter(table);
      this.#writers.set(key, writer);
      // One that could not be made is made by the next call.
      writer.catch(() => this.#writers.delete(key));
    }
    return writer;
  }

  async #makeWriter(table: TableSpec): Promise<TableWriter> {
    await this.#catalog.table(table.name);
    const inCql = this.#catalog.inCql(table.name);
    const dropped = await this.#catalog.droppedColumns(table.name);
    return new TableWriter(this.#client, this.#place.keyspace, table, inCql, dropped, this.#sender, () => this.#limits);
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw cassandraFault(error, this.#place);
    }
  }
}

/** How many rows of so many columns a request may ask for. */
function pageRows(columns: number): number {
  return Math.max(1, Math.min(mostPageRows, Math.floor(pageCells / columns)));
}
