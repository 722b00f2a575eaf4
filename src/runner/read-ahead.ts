import type { TokenBucket } from './quota.ts';

const mostBytes = 256 * 1024;
const leastBytes = 512;
/** Before anything is known of the records and of what the app makes of them. */
const firstBytes = 1024;
/** Records of a chunk at most, so that a chunk of tiny records stays small in memory. */
const mostRecords = 1000;
/** Rows that an app makes of a chunk, about: one that gives many rows for a record gets fewer records. */
const mostRows = 5000;
/** How long an app takes over a chunk, about: one that answers a chunk as a whole is heard of that often. Milliseconds. */
const chunkMs = 1000;
/** Under a quota a chunk is no more than this many seconds of it, so that the flow is even. */
const secondsOfQuota = 0.2;

/** How much makes a chunk of the right size, judged by the records seen so far. */
export class ReadAhead {
  readonly #bucket: TokenBucket;
  #bytesPerRecord = 0;
  /** Undefined until the app has answered. */
  #rowsPerRecord: number | undefined;
  #msPerRecord = 0;

  constructor(bucket: TokenBucket) {
    this.#bucket = bucket;
  }

  observe(records: number, bytes: number): void {
    if (records === 0) return;
    const now = bytes / records;
    this.#bytesPerRecord = this.#bytesPerRecord === 0 ? now : 0.7 * this.#bytesPerRecord + 0.3 * now;
  }

  /** Whether it is not known yet what the app makes of a record: no second chunk should then be on its way. */
  get tentative(): boolean {
    return this.#rowsPerRecord === undefined;
  }

  /** What became of records that were read before. */
  observeRows(records: number, rows: number): void {
    const now = records === 0 ? 0 : rows / records;
    // Down at once, up again slowly: a stretch that gives few rows says little of the next.
    this.#rowsPerRecord = Math.max(now, 0.7 * (this.#rowsPerRecord ?? 0) + 0.3 * now);
  }

  /** How long the app took over records that were read before. */
  observePace(records: number, milliseconds: number): void {
    const now = records === 0 ? 0 : milliseconds / records;
    // As above: slower at once, faster again step by step.
    this.#msPerRecord = Math.max(now, 0.7 * this.#msPerRecord + 0.3 * now);
  }

  /** How many bytes to decode next. */
  get nextBytes(): number {
    if (this.#bytesPerRecord === 0 || this.tentative) return firstBytes;
    const { records, bytes } = this.most;
    return Math.max(leastBytes, Math.floor(Math.min(bytes, records * this.#bytesPerRecord)));
  }

  /** What a chunk may have at most. */
  get most(): { records: number; bytes: number } {
    const { rowsPerSecond, bytesPerSecond } = this.#bucket.rate;
    return {
      records: Math.min(
        mostRecords,
        mostRows / Math.max(1, this.#rowsPerRecord ?? 1),
        chunkMs / this.#msPerRecord,
        (rowsPerSecond ?? Infinity) * secondsOfQuota,
      ),
      bytes: Math.min(this.tentative ? firstBytes : mostBytes, (bytesPerSecond ?? Infinity) * secondsOfQuota),
    };
  }
}
