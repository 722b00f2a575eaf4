import { within } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread } from '../foundation/thread-call.ts';
import type { CoreDmsTarget } from '../protocol/jobs.ts';
import type { TableSpec } from '../protocol/tables.ts';
import type { JsonRows } from './json-rows.ts';
import type { ReaderCalls } from './reader-thread.ts';

const readMs = 30_000;

/** Reads keyspaces in a thread of its own, which is there from the first call on. */
export class CoreDmsReader implements AsyncDisposer {
  #thread: Thread<ReaderCalls> | undefined;

  /** The tables of a keyspace with their rows; none when nobody has written it yet. */
  tables(target: CoreDmsTarget): Promise<{ spec: TableSpec; rows: number }[]> {
    return within(readMs, `reading the tables of ${target.keyspace}`, this.#call.tables(target));
  }

  /** At most `limit` rows. TABLE_NOT_FOUND */
  read(target: CoreDmsTarget, table: string, limit: number): Promise<JsonRows> {
    return within(readMs, `reading the table ${table} of ${target.keyspace}`, this.#call.read(target, table, limit));
  }

  async dispose(): Promise<void> {
    await this.#thread?.dispose();
  }

  get #call() {
    this.#thread ??= new Thread<ReaderCalls>('coredms reader', programPath('coredms-reader'), null);
    return this.#thread.call;
  }
}
