import type { Client } from 'cassandra-driver';
import type { TableSpec } from '../../protocol/tables.ts';
import type { RefusedRow, WriteChunk } from '../core-dms.ts';
import { quoted } from '../../runtimes/cassandra-names.ts';
import { batchesOf, newestOfEachKey, type BatchLimits } from './row-batches.ts';
import { RowEncoder, type EncodedRow } from './row-encoder.ts';
import type { RequestSender } from './request-sender.ts';

/** Rows of one table specification → its Cassandra table. */
export class TableWriter {
  readonly #table: TableSpec;
  readonly #encoder: RowEncoder;
  readonly #sender: RequestSender;
  readonly #limits: () => BatchLimits;
  readonly #placeOf: (partition: Buffer) => string;
  readonly #insert: string;
  readonly #hiding: { name: string; column: number; time: number }[] = [];

  /**
   * @param inCql the table with its keyspace
   * @param dropped when columns were dropped that are there again, in microseconds
   * @param limits asked anew for each chunk
   */
  constructor(
    client: Client,
    keyspace: string,
    table: TableSpec,
    inCql: string,
    dropped: ReadonlyMap<string, number>,
    sender: RequestSender,
    limits: () => BatchLimits,
  ) {
    this.#table = table;
    this.#encoder = new RowEncoder(table);
    table.columns.forEach(({ name }, column) => {
      const time = dropped.get(name);
      if (time !== undefined) this.#hiding.push({ name, column, time });
    });
    this.#sender = sender;
    this.#limits = limits;
    this.#placeOf = (partition) =>
      client.hosts.length > 1
        ? client
            .getReplicas(keyspace, partition)
            .map(({ address }) => address)
            .join()
        : '';
    // Every column, so that what has no value now does not keep the value of an older row.
    const columns = table.columns.map(({ name }) => quoted(name));
    this.#insert = `INSERT INTO ${inCql} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) USING TIMESTAMP ?`;
  }

  /** KEY_IS_NULL before anything is sent. @returns the rows that the server refused */
  async write({ rows, writeTimes }: WriteChunk, signal: AbortSignal): Promise<RefusedRow[]> {
    let open = rows.map((row, i): EncodedRow => {
      const time = writeTimes[i];
      if (row.length !== this.#table.columns.length || time === undefined)
        throw new TypeError(`row ${i} of table '${this.#table.name}' lacks values or its write time`);
      return this.#encoder.encode(i, row, time);
    });
    const refused: RefusedRow[] = [];
    open = open.filter(({ row, values }) => {
      const reason = this.#whyHidden(values, writeTimes[row] as number);
      if (reason !== undefined) refused.push({ row, reason });
      return reason === undefined;
    });
    // A row that was not sent because of one that is then refused has its turn after all.
    while (open.length > 0) {
      const shadowed = new Map<string, EncodedRow[]>();
      const keyOf = (row: EncodedRow) => this.#encoder.keyOf(row);
      const newest = newestOfEachKey(
        open,
        keyOf,
        ({ row }) => writeTimes[row] as number,
        (row, key) => {
          const known = shadowed.get(key);
          if (known) known.push(row);
          else shadowed.set(key, [row]);
        },
      );
      const batches = batchesOf([...newest.values()], this.#limits(), this.#placeOf);
      const outcomes = await Promise.all(
        batches.map((batch) => this.#sender.send(this.#insert, batch, this.#table, signal)),
      );
      const now = outcomes.flat();
      open = now.flatMap(({ row }) => shadowed.get(keyOf(row)) ?? []).sort((a, b) => a.row - b.row);
      refused.push(...now.map(({ row, reason }) => ({ row: row.row, reason })));
    }
    return refused.sort((a, b) => a.row - b.row);
  }

  /** Cassandra would take the row and never show the value. */
  #whyHidden(values: readonly (Buffer | null)[], writeTime: number): string | undefined {
    const hiding = this.#hiding.find(({ column, time }) => writeTime <= time && values[column] !== null);
    return (
      hiding &&
      `column ${hiding.name} was dropped at ${new Date(hiding.time / 1000).toISOString()} and added again: Cassandra hides what is older in it`
    );
  }
}
