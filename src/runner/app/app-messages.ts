import type { AppForm } from '../../protocol/jobs.ts';
import type { Fault } from '../../foundation/errors.ts';
import type { InputChunk, WrangledNotice } from '../chunks.ts';
import type { NamedFile } from './input-records.ts';
import type { MessagePort } from 'node:worker_threads';

/** What the app's thread is started with. */
export interface AppHostInput {
  code: AppForm;
  folder: string;
  /** Names of the files of the job and the prefix of their row ids. */
  files: NamedFile[];
  /** The table's columns, in the order in which rows go to the writer. */
  tableColumns: string[];
  /** Whether what the app said about a chunk is to be on its way before the chunk's outcome is. */
  logInStep: boolean;
  /** Environment of a command. */
  environment: Record<string, string>;
  /** Straight to the writer, past the reader: rows are cloned once less. */
  toWriter: MessagePort;
}

export type ToAppHost = { type: 'chunk'; chunk: InputChunk } | { type: 'finish' };

export type FromAppHost =
  | { type: 'ready' }
  /** It has answered a record of the chunk at hand. */
  | { type: 'alive' }
  | { type: 'wrangled'; notice: WrangledNotice }
  /** What a command wrote to stderr. */
  | { type: 'log'; text: string }
  /** Lines of stderr that were left out. */
  | { type: 'log-dropped'; lines: number }
  /** Whether any record was changed by the app; it has ended in good order. */
  | { type: 'finished'; changed: boolean }
  | { type: 'failed'; fault: Fault };
