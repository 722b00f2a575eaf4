/** After a look, nothing but a demand leads to another before this many times its duration is over: it costs that much. */
const restsPerLook = 5;
/** A rest at most, in milliseconds. */
const longestRestMs = 30_000;

/** Timers come a little early; and a day is more than one may be told. */
const graceMs = 20;
const longestDelayMs = 60_000;

export interface LooksPorts {
  /** @returns in how many milliseconds there is something to see though nobody asks; Infinity when there is not */
  look: () => Promise<number>;
  /** Told behind every look. */
  looked: () => void;
  /** Told when a look fails; it is not made up for. */
  failed: (error: unknown) => void;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/**
 * Looks at something that changes, one look after another. Whoever asks gets a look that begins afterwards; those who ask
 * meanwhile share one. What takes long to look at is looked at less often, so that changes without end take up a bounded part
 * of the time.
 */
export class Looks {
  readonly #ports: LooksPorts;
  /** The look that is under way. */
  #under: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How often it was asked, and how often it had been asked when the newest look that is over began. */
  #asked = 0;
  #answered = 0;
  /** The look that has to be over before what is known is up to date: the one that answers this. */
  #owed = 0;
  /** When the rest after the last look is over. */
  #restedAt = -Infinity;
  #hurry = false;
  #ended = false;

  constructor(ports: LooksPorts) {
    this.#ports = ports;
  }

  /** Whether everything is known that was there when somebody last `owed` or demanded a look. */
  get upToDate(): boolean {
    return this.#answered >= this.#owed;
  }

  /** Something may have changed. */
  soon(): void {
    this.#asked++;
    this.#schedule();
  }

  /** Something has changed by what we did ourselves: nothing is up to date before there was a look at it. */
  owe(): void {
    this.#owed = this.#asked + 1;
    this.soon();
  }

  /** Somebody waits for it. */
  now(): void {
    this.#hurry = true;
    this.owe();
  }

  /** Somebody waits for the look that is owed, if any is. */
  hurry(): void {
    if (this.upToDate || this.#hurry) return;
    this.#hurry = true;
    this.#schedule();
  }

  /** Resolves when nobody is looking. */
  async over(): Promise<void> {
    while (this.#under) await this.#under;
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** @param soonestMs from now */
  #schedule(soonestMs = 0): void {
    if (this.#under || this.#ended) return;
    clearTimeout(this.#timer);
    const restMs = this.#hurry ? 0 : this.#restedAt - this.#ports.clock();
    const delayMs = Math.ceil(Math.max(soonestMs, restMs));
    if (delayMs <= 0) {
      this.#begin();
      return;
    }
    this.#timer = setTimeout(() => this.#begin(), Math.min(delayMs, longestDelayMs));
    this.#timer.unref();
  }

  #begin(): void {
    if (this.#under || this.#ended) return;
    this.#hurry = false;
    const asked = this.#asked;
    this.#under = this.#look().then((nextMs) => {
      this.#under = undefined;
      this.#answered = asked;
      if (this.#asked > asked) this.#schedule();
      else if (nextMs < Infinity) this.#schedule(nextMs + graceMs);
      this.#ports.looked();
    });
  }

  async #look(): Promise<number> {
    const began = this.#ports.clock();
    let nextMs = Infinity;
    try {
      nextMs = await this.#ports.look();
    } catch (error) {
      this.#ports.failed(error);
    }
    const now = this.#ports.clock();
    this.#restedAt = now + Math.min((now - began) * restsPerLook, longestRestMs);
    return nextMs;
  }
}
