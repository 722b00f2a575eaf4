import type { AppLogLine } from '../protocol/reports.ts';

/** Of a report's 200 lines, those that came first and those that came last. */
const keptLines = 100;
/** Bytes of a report's JSON that either may take: the control plane refuses large reports as a whole. */
const keptBytes = 64 * 1024;
const longestLine = 2000;

type Stream = AppLogLine['stream'];

/** What the app said since the last report: how it began and how it ended; what is between is counted. */
export class AppLog {
  #first: AppLogLine[] = [];
  #firstBytes = 0;
  #last: AppLogLine[] = [];
  #lastBytes = 0;
  #dropped = 0;
  readonly #partial: Record<Stream, string> = { stdout: '', stderr: '', runner: '' };

  add(stream: Stream, text: string): void {
    const parts = (this.#partial[stream] + text).split('\n');
    const rest = parts.pop() ?? '';
    this.#partial[stream] = rest.slice(0, longestLine);
    for (const line of parts) this.#line(stream, line);
  }

  /** Counts what never got here, or never got to the control plane. */
  drop(lines: number): void {
    this.#dropped += lines;
  }

  /** Hands over and forgets; `last` includes unfinished lines. */
  take(last: boolean): { log: AppLogLine[]; logDropped: number } {
    if (last) {
      for (const stream of ['stdout', 'stderr', 'runner'] as const) {
        this.#line(stream, this.#partial[stream]);
        this.#partial[stream] = '';
      }
    }
    const taken = { log: [...this.#first, ...this.#last], logDropped: this.#dropped };
    this.#first = [];
    this.#last = [];
    this.#firstBytes = this.#lastBytes = this.#dropped = 0;
    return taken;
  }

  #line(stream: Stream, written: string): void {
    const text = written.trimEnd().slice(0, longestLine);
    if (text === '') return;
    const line = { time: Date.now(), stream, text };
    if (this.#last.length === 0 && this.#first.length < keptLines && this.#firstBytes < keptBytes) {
      this.#first.push(line);
      this.#firstBytes += sizeOf(line);
      return;
    }
    this.#last.push(line);
    this.#lastBytes += sizeOf(line);
    while (this.#last.length > keptLines || this.#lastBytes > keptBytes) {
      const oldest = this.#last.shift();
      if (!oldest) return;
      this.#lastBytes -= sizeOf(oldest);
      this.#dropped++;
    }
  }
}

function sizeOf({ text }: AppLogLine): number {
  return Buffer.byteLength(JSON.stringify(text));
}
