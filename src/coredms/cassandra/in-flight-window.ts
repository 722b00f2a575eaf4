/** Fewer would leave the server idle between two requests. */
const least = 2;
const first = 8;
/** More than this only waits in the server, and what a reader has under way does not fill it. */
const most = 32;
/** A request is slow that takes this many times as long as the fastest of late, and longer than `slowMs`. */
const slowFactor = 8;
const slowMs = 60;
/** How much of the window is left after a slow request, and after one that the server could not take. */
const afterSlow = 0.8;
const afterOverload = 0.5;
/** How fast the fastest time is forgotten: within some hundred requests. */
const forgetting = 0.005;

/**
 * How many requests are on their way at a time: one more for each full window that was answered in time, a fraction after one
 * that was slow or refused for overload (additive increase, multiplicative decrease, at most once a round trip).
 */
export class InFlightWindow {
  #limit = first;
  #inFlight = 0;
  #fastestMs = Infinity;
  #shrunkAt = -Infinity;
  readonly #waiting: (() => void)[] = [];

  /** Requests at a time, now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Resolves when a request may go out; `leave` has to follow. */
  async enter(): Promise<void> {
    // Whoever waits is let in by the one that leaves, in the order of arrival.
    if (this.#inFlight < this.limit && this.#waiting.length === 0) this.#inFlight++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    this.#inFlight--;
    while (this.#inFlight < this.limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#inFlight++;
      next();
    }
  }

  /** @param milliseconds that the answer took */
  answered(milliseconds: number): void {
    this.#fastestMs = Math.min(milliseconds, this.#fastestMs * (1 + forgetting));
    if (milliseconds > slowMs && milliseconds > this.#fastestMs * slowFactor) this.#shrink(afterSlow, milliseconds);
    else this.#limit = Math.min(most, this.#limit + 1 / this.#limit);
  }

  /** The server could not take a request, or did not answer in time. */
  overloaded(): void {
    this.#shrink(afterOverload, Math.max(slowMs, this.#fastestMs));
  }

  /** Requests that went out before the window shrank tell nothing about it as it is now. */
  #shrink(factor: number, roundTripMs: number): void {
    const now = performance.now();
    if (now - this.#shrunkAt < Math.min(roundTripMs, 1000)) return;
    this.#shrunkAt = now;
    this.#limit = Math.max(least, this.#limit * factor);
  }
}
