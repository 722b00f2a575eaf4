import type { TokenBucket } from './quota.ts';

const mostBytes = 256 * 1024;
const leastBytes = 512;
/** Before the first record is seen. */
const firstBytes = 16 * 1024;
/** Records of a chunk at most, so that a chunk of tiny records stays small in memory. */
const mostRecords = 1000;
/** Under a quota a chunk is no more than this many seconds of it, so that the flow is even. */
const secondsOfQuota = 0.2;

/** Cuts blocks into pieces that make chunks of the right size, judged by the records seen so far. */
export class ReadAhead {
  readonly #bucket: TokenBucket;
  #bytesPerRecord = 0;

  constructor(bucket: TokenBucket) {
    this.#bucket = bucket;
  }

  *pieces(block: Buffer): Generator<Buffer> {
    for (let at = 0; at < block.length;) {
      const piece = block.subarray(at, at + this.#nextBytes());
      at += piece.length;
      yield piece;
    }
  }

  observe(records: number, bytes: number): void {
    if (records === 0) return;
    const now = bytes / records;
    this.#bytesPerRecord = this.#bytesPerRecord === 0 ? now : 0.7 * this.#bytesPerRecord + 0.3 * now;
  }

  #nextBytes(): number {
    if (this.#bytesPerRecord === 0) return firstBytes;
    const { rowsPerSecond, bytesPerSecond } = this.#bucket.rate;
    const records = Math.min(mostRecords, (rowsPerSecond ?? Infinity) * secondsOfQuota);
    const bytes = Math.min(mostBytes, records * this.#bytesPerRecord, (bytesPerSecond ?? Infinity) * secondsOfQuota);
    return Math.max(leastBytes, Math.floor(bytes));
  }
}
