import type { Client } from 'cassandra-driver';
import { pause } from '../../foundation/deadlines.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import { awayMs } from '../core-dms.ts';
import { troubleOf, wordsOf } from './cassandra-faults.ts';
import type { InFlightWindow } from './in-flight-window.ts';
import type { RowBatch } from './row-batches.ts';
import type { EncodedRow } from './row-encoder.ts';

export interface SenderPorts {
  client: Client;
  /** For token awareness. */
  keyspace: string;
  window: InFlightWindow;
  /** Whether rows of the table can still be written. Throws when they cannot: then no row is to blame. */
  check: (table: TableSpec) => Promise<void>;
  /** The port's error for what the driver has thrown. @param seconds since anything was answered */
  fault: (thrown: unknown, seconds: number) => Error;
  /** Told that the server found a batch too large. */
  tooLarge: () => void;
}

export interface RefusedEncodedRow {
  row: EncodedRow;
  reason: string;
}

/** Before the first repetition of a request, doubled each time up to the last. Milliseconds. */
const firstPauseMs = 50;
const lastPauseMs = 1000;
/** How often a request is sent again that the server tried and could not do, before its rows are tried one by one. */
const mostFailures = 3;

/**
 * Sends rows, and sends them again until they are stored, refused for good, or the server has been away for too long. All
 * repeating is here: rows have write times, so it does not matter how often or in which order they arrive.
 */
export class RequestSender {
  readonly #ports: SenderPorts;
  /** Of `performance.now()`. */
  #lastAnswer = performance.now();
  #answers = 0;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  /** @returns the rows that the server refused, with its words. @throws PlatformError of the port; the signal's reason */
  async send(insert: string, batch: RowBatch, table: TableSpec, signal: AbortSignal): Promise<RefusedEncodedRow[]> {
    const { window, fault, check, tooLarge } = this.#ports;
    const answersBefore = this.#answers;
    let failures = 0;
    let waited = 0;
    const began = performance.now();
    for (;;) {
      signal.throwIfAborted();
      await window.enter();
      let thrown: unknown;
      try {
        signal.throwIfAborted();
        const sentAt = performance.now();
        await this.#request(insert, batch);
        this.#lastAnswer = performance.now();
        this.#answers++;
        window.answered(this.#lastAnswer - sentAt);
        return [];
      } catch (error) {
        thrown = error;
      } finally {
        window.leave();
      }
      signal.throwIfAborted();
      const trouble = troubleOf(thrown);
      const silentMs = performance.now() - Math.max(began, this.#lastAnswer);
      if (trouble === 'refused') {
        if (/batch too large/i.test(wordsOf(thrown))) tooLarge();
        if (batch.length > 1) return this.#oneByOne(insert, batch, table, signal);
        await check(table);
        return [{ row: batch[0] as EncodedRow, reason: wordsOf(thrown) }];
      }
      if (trouble === 'failed' && failures++ >= mostFailures) {
        if (batch.length > 1) return this.#oneByOne(insert, batch, table, signal);
        // When others get through and this one never does, it is the row.
        if (this.#answers > answersBefore) return [{ row: batch[0] as EncodedRow, reason: wordsOf(thrown) }];
      } else if (trouble !== 'away' && trouble !== 'failed') {
        // Statements are forgotten with their table, permissions with their keyspace.
        if (trouble === 'forgotten' || trouble === 'forbidden') await check(table);
        if (trouble !== 'forgotten') throw fault(thrown, 0);
      }
      if (silentMs > awayMs) throw fault(thrown, silentMs / 1000);
      window.overloaded();
      await pause(Math.min(lastPauseMs, firstPauseMs * 2 ** waited++) * (0.5 + Math.random() / 2), signal);
    }
  }

  async #oneByOne(
    insert: string,
    batch: RowBatch,
    table: TableSpec,
    signal: AbortSignal,
  ): Promise<RefusedEncodedRow[]> {
    const outcomes = await Promise.all(batch.map((row) => this.send(insert, [row], table, signal)));
    return outcomes.flat();
  }

  async #request(insert: string, batch: RowBatch): Promise<void> {
    const { client, keyspace } = this.#ports;
    const [first] = batch as [EncodedRow];
    if (batch.length === 1) {
      await client.execute(insert, first.values, { keyspace, routingKey: first.partition });
      return;
    }
    await client.batch(
      batch.map(({ values }) => ({ query: insert, params: values })),
      { keyspace, logged: false, routingKey: first.partition },
    );
  }
}
