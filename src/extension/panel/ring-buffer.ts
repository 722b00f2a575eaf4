/** The newest `capacity` items, oldest first. */
export class RingBuffer<T> {
  readonly #capacity: number;
  #items: T[] = [];
  #start = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#items.length;
  }

  /** Adds an item; gives whether the oldest had to go for it. */
  push(item: T): boolean {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return false;
    }
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.#capacity;
    return true;
  }

  /** Adds items; gives how many had to go, of those that were there and of those that came. */
  pushAll(items: readonly T[]): number {
    let lost = 0;
    for (const item of items) if (this.push(item)) lost++;
    return lost;
  }

  toArray(): T[] {
    return [...this.#items.slice(this.#start), ...this.#items.slice(0, this.#start)];
  }

  /** Gives everything and is empty. */
  drain(): T[] {
    const all = this.toArray();
    this.clear();
    return all;
  }

  clear(): void {
    this.#items = [];
    this.#start = 0;
  }
}
