import { WakeUps } from './wake-ups.ts';

/** A number that grows whenever something changes, and those who wait for that. */
export class Revision {
  readonly #wakeUps = new WakeUps();
  #number = 1;

  get number(): number {
    return this.#number;
  }

  changed(): void {
    this.#number++;
    this.#wakeUps.wakeAll();
  }

  /** Resolves when the number is greater than `after`, after `waitMs`, or when the signal aborts. */
  async newerThan(after: number, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#number <= after) await this.#wakeUps.wait(waitMs, signal);
  }
}
