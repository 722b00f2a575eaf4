import type { MessagePort } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import type { AsyncDisposer } from '../../foundation/disposables.ts';
import { within } from '../../foundation/deadlines.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { programPath } from '../../foundation/programs.ts';
import type { BatchJob, ClusterSecrets } from '../../protocol/jobs.ts';
import { awayMs } from '../../coredms/core-dms.ts';
import type { WrittenNotice } from '../chunks.ts';
import type { FromWriter, ToWriter, WriterInput } from './writer-messages.ts';

/** How long CoreDms may take to be there with the run's table. Milliseconds. */
const readyMs = 60_000;
/** A sync comes behind the writes before it, which wait for a store that is away. */
const syncMs = awayMs + 60_000;
/** How long the write at hand may take when the run is over. Milliseconds. */
const endMs = 5000;

/** What the reader hears from the writer. */
export interface WriterListener {
  written(notice: WrittenNotice): void;
  failed(error: Error): void;
}

/** The writer's thread as the reader sees it. */
export class WriterClient implements AsyncDisposer {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #over = false;
  readonly #listener: WriterListener;
  readonly #syncs: { resolve: () => void; reject: (error: Error) => void }[] = [];

  private constructor(worker: Worker, listener: WriterListener) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.#listener = listener;
  }

  /**
   * Resolves when CoreDms holds the table.
   * @param resumes whether an earlier attempt has stored rows there.
   * @throws PlatformError of CoreDms
   */
  static async start(
    job: BatchJob,
    coreDmsSecrets: ClusterSecrets,
    resumes: boolean,
    listener: WriterListener,
  ): Promise<WriterClient> {
    const input: WriterInput = {
      table: job.table,
      coreDms: { target: job.coreDms, secrets: coreDmsSecrets },
      resumes,
      writeTimes: job.files.map((file) => file.writeTimeMicros),
    };
    const worker = new Worker(programPath('writer'), { name: 'writer', workerData: input });
    const client = new WriterClient(worker, listener);
    const ready = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWriter) => {
        if (message.type === 'ready') {
          resolve();
        } else if (message.type === 'written') {
          client.#listener.written(message.notice);
        } else if (message.type === 'synced') {
          client.#syncs.shift()?.resolve();
        } else {
          const { code, message: text, hint } = message.fault;
          const error = new PlatformError(hint === undefined ? { code, message: text } : { code, message: text, hint });
          reject(error);
          client.#fail(error);
        }
      });
      worker.on('error', (error) => {
        reject(error);
        client.#fail(error);
      });
      worker.on('exit', (code) => client.#fail(new Error(`the writer thread ended with code ${code}`)));
    });
    try {
      await within(readyMs, 'the connection to CoreDms', ready);
    } catch (error) {
      await client.dispose();
      throw error;
    }
    return client;
  }

  /** Rows that come in on this port are written; an app brings its own. */
  connect(rows: MessagePort): void {
    this.#worker.postMessage({ type: 'source', port: rows } satisfies ToWriter, [rows]);
  }

  /** Resolves when everything that was acknowledged so far survives a power cut. @throws PlatformError of CoreDms */
  async sync(): Promise<void> {
    if (this.#over) throw new Error('the writer has ended');
    const synced = new Promise<void>((resolve, reject) => this.#syncs.push({ resolve, reject }));
    this.#worker.postMessage({ type: 'sync' } satisfies ToWriter);
    await within(syncMs, 'forcing rows to the disk', synced);
  }

  async dispose(): Promise<void> {
    this.#over = true;
    this.#worker.postMessage({ type: 'end' } satisfies ToWriter);
    // Terminated in the middle of a call, the store's native code would take the whole process with it.
    await within(endMs, "the end of the writer's thread", this.#exited).catch(() => this.#worker.terminate());
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    for (const { reject } of this.#syncs.splice(0)) reject(error);
    this.#listener.failed(error);
  }
}
