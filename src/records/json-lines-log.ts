import { within } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import { faultOf, messageOf, type Fault } from '../foundation/errors.ts';
import { appendLines, type RotationLimits } from './append.ts';
import { OpenFileSlots } from './open-file-slots.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of a log. `time` in milliseconds since the epoch, default now; written as ISO 8601. */
export interface LogEntry {
  time?: number;
  level: LogLevel;
  /** What kind of entry it is, for programs: `run`, `file`, `app`. */
  type: string;
  [field: string]: unknown;
}

export interface JsonLinesLogOptions extends Partial<RotationLimits> {
  /** Bytes that wait in memory at most; default 4 MiB. */
  maxQueuedBytes?: number;
  /** Pause after the disk refused a write, in milliseconds; default 5,000. */
  retryMs?: number;
  /** Shared by logs that together may have only so many files open. */
  slots?: OpenFileSlots;
}

export interface LogHealth {
  /** Entries that were left out because too many waited. */
  dropped: number;
  /** Writes that the disk refused. */
  failures: number;
  /** Why the last write failed; null when it succeeded. */
  fault: Fault | null;
}

const largestWrite = 256 * 1024;

/**
 * An append-only log of JSON lines with rotation (`name.log`, `name.log.1` …; default 10 MB and 5 rotated files).
 * Writing never fails and never waits: entries wait in a bounded queue while the disk refuses them, what does not fit
 * is counted and a line says how many are missing. One log a path.
 */
export class JsonLinesLog implements AsyncDisposer {
  readonly #path: string;
  readonly #limits: RotationLimits;
  readonly #maxQueuedBytes: number;
  readonly #retryMs: number;
  readonly #slots: OpenFileSlots;
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;
  #droppedSinceNotice = 0;
  #health: LogHealth = { dropped: 0, failures: 0, fault: null };
  #draining: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(path: string, options: JsonLinesLogOptions = {}) {
    this.#path = path;
    this.#limits = { maxBytes: options.maxBytes ?? 10_000_000, keep: options.keep ?? 5 };
    this.#maxQueuedBytes = options.maxQueuedBytes ?? 4 * 1024 * 1024;
    this.#retryMs = options.retryMs ?? 5_000;
    this.#slots = options.slots ?? new OpenFileSlots(1);
  }

  get health(): Readonly<LogHealth> {
    return this.#health;
  }

  write(entry: LogEntry): void {
    if (this.#disposed) return;
    const line = lineOf(entry);
    if (this.#queuedBytes + line.length > this.#maxQueuedBytes) {
      this.#droppedSinceNotice++;
      this.#health = { ...this.#health, dropped: this.#health.dropped + 1 };
      return;
    }
    this.#noticeDropped();
    this.#enqueue(line);
    if (!this.#retry) void this.#drain();
  }

  /** Resolves when everything written so far is in the file, or the disk has refused it (see `health`). */
  async flush(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    // What came while a write was under way may belong to the next one.
    await this.#draining;
    await this.#drain();
  }

  /** Writes what waits, as far as the disk takes it within 5 s. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await within(5_000, `writing ${this.#path}`, this.flush()).catch(() => undefined);
    clearTimeout(this.#retry);
  }

  #drain(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    this.#draining ??= this.#writeQueue();
    return this.#draining;
  }

  async #writeQueue(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        await this.#slots.hold(async () => {
          const batch = this.#batch();
          await appendLines(this.#path, Buffer.concat(batch), this.#limits);
          this.#queue.splice(0, batch.length);
          for (const line of batch) this.#queuedBytes -= line.length;
        });
        this.#health = { ...this.#health, fault: null };
        if (this.#queue.length === 0) this.#noticeDropped();
      }
    } catch (error) {
      this.#health = { ...this.#health, failures: this.#health.failures + 1, fault: faultOf(error) };
      if (this.#disposed) return;
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        void this.#drain();
      }, this.#retryMs).unref();
    } finally {
      // In the same step as the last look at the queue, so that no entry comes in between and is forgotten.
      this.#draining = undefined;
    }
  }

  /** As many lines from the head of the queue as go into one write, at least one. */
  #batch(): Buffer[] {
    const most = Math.min(largestWrite, this.#limits.maxBytes);
    let bytes = 0;
    const end = this.#queue.findIndex((line, index) => (bytes += line.length) > most && index > 0);
    return this.#queue.slice(0, end === -1 ? undefined : end);
  }

  #noticeDropped(): void {
    if (this.#droppedSinceNotice === 0) return;
    const dropped = this.#droppedSinceNotice;
    this.#droppedSinceNotice = 0;
    this.#enqueue(lineOf({ level: 'warn', type: 'log-entries-dropped', dropped }));
  }

  #enqueue(line: Buffer): void {
    this.#queue.push(line);
    this.#queuedBytes += line.length;
  }
}

function lineOf({ time, level, type, ...fields }: LogEntry): Buffer {
  const head = { time: new Date().toISOString(), level, type };
  try {
    if (time !== undefined) head.time = new Date(time).toISOString();
    return Buffer.from(`${JSON.stringify({ ...head, ...fields })}\n`);
  } catch (error) {
    return Buffer.from(`${JSON.stringify({ ...head, unprintable: messageOf(error) })}\n`);
  }
}
