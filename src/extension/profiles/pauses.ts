/** Does things after a pause: each wish with the same key begins the pause anew. */
export class Pauses {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  after(milliseconds: number, key: string, work: () => void): void {
    this.end(key);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      work();
    }, milliseconds);
    this.#timers.set(key, timer);
  }

  /** Drops a wish. */
  end(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
