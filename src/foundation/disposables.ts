export interface AsyncDisposer {
  dispose(): void | Promise<void>;
}

/**
 * Owns what a long-lived object has opened and ends it in reverse order. What is added after the end is ended at once,
 * so that a slow start cannot leak past a quick stop.
 */
export class Disposables implements AsyncDisposer {
  readonly #owned: AsyncDisposer[] = [];
  #disposed = false;

  /** Takes ownership of `item` and returns it. */
  add<T extends AsyncDisposer>(item: T): T {
    if (this.#disposed) void item.dispose();
    else this.#owned.push(item);
    return item;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    let failure: unknown;
    for (let item = this.#owned.pop(); item; item = this.#owned.pop()) {
      try {
        await item.dispose();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure) throw failure as Error;
  }
}
