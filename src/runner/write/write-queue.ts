import type { OutputChunk } from '../chunks.ts';

/** Most chunks of one write: what they hold is in memory at one time, and they become visible together. */
const chunksAtOnce = 4;
/** No further chunk is added to a write that has so many rows. */
const rowsAtOnce = 5000;

/** What the writer does next: write the chunks, then, where it was asked to, make everything so far survive a power cut. */
export interface WriteTask {
  chunks: OutputChunk[];
  sync: boolean;
}

/**
 * Chunks and demands for a sync in the order in which they come. What piles up while the store is busy is written at once,
 * for a commit costs about as much for many rows as for few. The reader bounds how much can pile up.
 */
export class WriteQueue {
  readonly #items: (OutputChunk | 'sync')[] = [];
  #wake: (() => void) | undefined;

  push(item: OutputChunk | 'sync'): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** Resolves with what is to be done next, once there is anything. */
  async next(): Promise<WriteTask> {
    if (this.#items.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    // Messages that have arrived already are handed over one by one before this goes on.
    await new Promise((resolve) => setImmediate(resolve));
    const chunks: OutputChunk[] = [];
    let rows = 0;
    while (chunks.length < chunksAtOnce && rows < rowsAtOnce) {
      const item = this.#items[0];
      if (item === undefined || item === 'sync') break;
      chunks.push(item);
      rows += item.rows.length;
      this.#items.shift();
    }
    const sync = this.#items[0] === 'sync';
    if (sync) this.#items.shift();
    return { chunks, sync };
  }
}
