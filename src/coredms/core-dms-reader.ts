import { within } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread } from '../foundation/thread-call.ts';
import type { JsonRows } from './json-rows.ts';
import type { KeyspacePlace, ReaderCalls, TableFigures } from './reader-thread.ts';

const readMs = 30_000;

/** Reads keyspaces in a thread of its own, which is there from the first call on. */
export class CoreDmsReader implements AsyncDisposer {
  #thread: Thread<ReaderCalls> | undefined;

  /** The tables of a keyspace with their rows; none when nobody has written it yet. */
  tables(place: KeyspacePlace): Promise<TableFigures[]> {
    return within(readMs, `reading the tables of ${place.tenant}`, this.#call.tables(place));
  }

  /** At most `limit` rows. TABLE_NOT_FOUND */
  read(place: KeyspacePlace, table: string, limit: number): Promise<JsonRows> {
    return within(readMs, `reading the table ${table} of ${place.tenant}`, this.#call.read(place, table, limit));
  }

  async dispose(): Promise<void> {
    await this.#thread?.dispose();
  }

  get #call() {
    this.#thread ??= new Thread<ReaderCalls>('coredms reader', programPath('coredms-reader'), null);
    return this.#thread.call;
  }
}
