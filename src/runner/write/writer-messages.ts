import type { MessagePort } from 'node:worker_threads';
import type { Fault } from '../../foundation/errors.ts';
import type { CoreDmsAccess } from '../../coredms/connect.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import type { WrittenNotice } from '../chunks.ts';

/** What the writer's thread is started with. */
export interface WriterInput {
  table: TableSpec;
  coreDms: CoreDmsAccess;
  /** Whether rows of the run are in the table that were acknowledged to an earlier attempt. */
  resumes: boolean;
  /** Write time of record 0 of each file of the job, in microseconds. */
  writeTimes: number[];
}

export type ToWriter =
  /** A port on which OutputChunks of an app come in; a new app brings a new one. */
  | { type: 'source'; port: MessagePort }
  /** Asks for `synced` once everything that was written so far survives a power cut. */
  | { type: 'sync' }
  /** The thread closes the store and ends, after what it is doing now; what waits is not written. */
  | { type: 'end' };

export type FromWriter =
  | { type: 'ready' }
  | { type: 'written'; notice: WrittenNotice }
  | { type: 'synced' }
  | { type: 'failed'; fault: Fault };
