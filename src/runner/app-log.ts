import type { AppLogLine } from '../protocol/reports.ts';

const keptLines = 200;
const longestLine = 2000;
/** Bytes of a report's JSON that log lines may take: the control plane refuses large reports as a whole. */
const keptBytes = 128 * 1024;

/** What the app said since the last report: bounded, the rest is counted. */
export class AppLog {
  #lines: AppLogLine[] = [];
  #bytes = 0;
  #dropped = 0;
  readonly #partial: Record<AppLogLine['stream'], string> = { stdout: '', stderr: '', runner: '' };

  add(stream: AppLogLine['stream'], text: string): void {
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
        if (this.#partial[stream]) this.#line(stream, this.#partial[stream]);
        this.#partial[stream] = '';
      }
    }
    const taken = { log: this.#lines, logDropped: this.#dropped };
    this.#lines = [];
    this.#bytes = 0;
    this.#dropped = 0;
    return taken;
  }

  #line(stream: AppLogLine['stream'], line: string): void {
    const text = line.trimEnd().slice(0, longestLine);
    if (text === '') return;
    if (this.#lines.length >= keptLines || this.#bytes >= keptBytes) {
      this.#dropped++;
      return;
    }
    this.#bytes += Buffer.byteLength(JSON.stringify(text));
    this.#lines.push({ time: Date.now(), stream, text });
  }
}
