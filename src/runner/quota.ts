import type { RateLimit } from '../protocol/jobs.ts';
import { pause } from '../foundation/deadlines.ts';

/** Seconds of unused rate that a pause may save up. */
const burstSeconds = 0.25;
/** How often a waiting taker looks at the rate again, so that a change takes effect soon. Milliseconds. */
const recheckMs = 100;

/**
 * A token bucket in records/s and bytes/s. Whoever takes more than is there owes it, and waits until the debt is paid: over
 * time the rate is met exactly whatever the size of a chunk.
 */
export class TokenBucket {
  #rate: RateLimit;
  #records: number;
  #bytes: number;
  #filledAt: number;
  readonly #now: () => number;
  #waitedMs = 0;
  #waitingSince: number | undefined;

  /** @param now milliseconds, monotonic */
  constructor(rate: RateLimit, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#filledAt = now();
    this.#records = 0;
    this.#bytes = 0;
  }

  get rate(): RateLimit {
    return this.#rate;
  }

  /** Milliseconds for which takers have waited so far. */
  get waitedMs(): number {
    return this.#waitedMs + (this.#waitingSince === undefined ? 0 : this.#now() - this.#waitingSince);
  }

  /** Takes effect for what is being waited for as well. */
  setRate(rate: RateLimit): void {
    this.#refill();
    this.#rate = rate;
  }

  /** Resolves when so many records and bytes may pass. */
  async take(records: number, bytes: number, signal: AbortSignal): Promise<void> {
    this.#refill();
    this.#records -= records;
    this.#bytes -= bytes;
    this.#waitingSince = this.#now();
    try {
      for (let wait = this.#waitMs(); wait > 0; wait = this.#waitMs()) {
        await pause(Math.min(wait, recheckMs), signal);
        this.#refill();
      }
    } finally {
      this.#waitedMs += this.#now() - this.#waitingSince;
      this.#waitingSince = undefined;
    }
  }

  /** Milliseconds until the debt is paid at the rate of now. */
  #waitMs(): number {
    const { rowsPerSecond, bytesPerSecond } = this.#rate;
    const forRecords = rowsPerSecond === null ? 0 : (-this.#records / rowsPerSecond) * 1000;
    const forBytes = bytesPerSecond === null ? 0 : (-this.#bytes / bytesPerSecond) * 1000;
    return Math.max(0, forRecords, forBytes);
  }

  #refill(): void {
    const now = this.#now();
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#records = refilled(this.#records, this.#rate.rowsPerSecond, seconds);
    this.#bytes = refilled(this.#bytes, this.#rate.bytesPerSecond, seconds);
  }
}

function refilled(tokens: number, perSecond: number | null, seconds: number): number {
  if (perSecond === null) return 0;
  return Math.min(tokens + perSecond * seconds, perSecond * burstSeconds);
}
