/** Those who wait for something to change: a long poll is answered when it does, when its time is up, or when its client is gone. */
export class WakeUps {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wakeAll`, after `waitMs`, or when the signal aborts; at once when there is nothing to wait for. */
  async wait(waitMs: number, signal: AbortSignal): Promise<void> {
    if (waitMs <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }

  wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
