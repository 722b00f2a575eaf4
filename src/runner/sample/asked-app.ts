import { PlatformError } from '../../foundation/errors.ts';
import type { SampleJob, SampleLogLine } from '../../protocol/samples.ts';
import { AppClient } from '../app/app-client.ts';
import { AppLog } from '../app-log.ts';
import type { InputChunk, OutputChunk, WrangledNotice } from '../chunks.ts';

/** What the app made of a chunk. */
export interface Answer {
  output: OutputChunk;
  notice: WrangledNotice;
  /** What it said meanwhile. */
  log: SampleLogLine[];
}

interface Question {
  sequence: number;
  output?: OutputChunk;
  notice?: WrangledNotice;
  answered: () => void;
}

/** Lines of a record that are shown; the first and the last ones count most. */
const keptLines = 20;

/** The tenant's app in its thread, as in a run, but asked one chunk after another, and with nobody who writes its rows. */
export class AskedApp {
  readonly #app: AppClient;
  readonly #log = new AppLog();
  readonly #failed = new AbortController();
  #question: Question | undefined;

  constructor(job: SampleJob, file: { name: string; sha256: string }) {
    const listener = {
      wrangled: (notice: WrangledNotice) => this.#hear(notice.sequence, { notice }),
      failed: (error: Error) => this.#failed.abort(error),
      log: (stream: 'stdout' | 'stderr', text: string) => this.#log.add(stream, text),
      logDropped: (lines: number) => this.#log.drop(lines),
    };
    const { app, rows } = AppClient.start({ ...job, files: [file] }, listener, true);
    this.#app = app;
    rows.on('message', (output: OutputChunk) => this.#hear(output.sequence, { output }));
  }

  /** @throws PlatformError why the app failed; the signal's reason */
  async ask(chunk: InputChunk, signal: AbortSignal): Promise<Answer> {
    const question: Question = { sequence: chunk.sequence, answered: () => undefined };
    await this.#unlessOver(
      signal,
      new Promise<void>((resolve) => {
        question.answered = resolve;
        this.#question = question;
        this.#app.send(chunk);
      }),
    );
    const { output, notice } = question;
    if (!output || !notice) throw new PlatformError({ code: 'INTERNAL', message: 'a chunk was answered by half' });
    return { output, notice, log: this.takeLog() };
  }

  /** Lets the app end in good order. @returns whether it changed any record @throws as `ask` */
  async finish(signal: AbortSignal): Promise<boolean> {
    return this.#unlessOver(signal, this.#app.finish());
  }

  /** @returns false when its thread cannot be ended */
  async end(): Promise<boolean> {
    return this.#app.end();
  }

  /** What the app has said since this was last asked. */
  takeLog(): SampleLogLine[] {
    const { log, logDropped } = this.#log.take(true);
    const lines = log.map(({ stream, text }) => ({ stream, text }));
    const left = Math.max(0, lines.length - keptLines);
    if (left + logDropped === 0) return lines;
    const note = { stream: 'runner' as const, text: `… ${left + logDropped} more lines …` };
    return [
      ...lines.slice(0, keptLines / 2),
      note,
      ...lines.slice(Math.max(keptLines / 2, lines.length - keptLines / 2)),
    ];
  }

  #hear(sequence: number, part: Pick<Question, 'output' | 'notice'>): void {
    const question = this.#question;
    // An app can reach its thread's ports: what makes no sense is passed over.
    if (question?.sequence !== sequence) return;
    Object.assign(question, part);
    if (question.output && question.notice) question.answered();
  }

  async #unlessOver<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    const over = AbortSignal.any([signal, this.#failed.signal]);
    over.throwIfAborted();
    return Promise.race([
      work,
      new Promise<never>((_, reject) => {
        over.addEventListener('abort', () => reject(over.reason as Error), { once: true });
      }),
    ]);
  }
}
