import type { ChunkReject, WrangledNotice, WrittenNotice } from './chunks.ts';
import type { Decoded } from './decode/decoder.ts';

/** A chunk whose records all have their outcome. */
export interface SettledChunk {
  decoded: Decoded;
  /** Records stored, filtered, and the rows written. */
  stored: number;
  filtered: number;
  rows: number;
  /** Rejects of the app and of the writer, by place in the chunk. */
  rejects: ChunkReject[];
}

interface Entry extends SettledChunk {
  sequence: number;
  /** Whether the app is done with it. */
  answered: boolean;
  /** Answers that are still out: the app's and the writer's. */
  missing: number;
}

/**
 * The chunks between reading and acknowledgement: at most `limit`, so memory does not grow with the file. Chunks settle in
 * any order and leave in the order of the file: what is behind a position is a contiguous prefix.
 */
export class InFlight {
  readonly #limit: number;
  readonly #entries: Entry[] = [];
  #changed: (() => void) | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#entries.length >= this.#limit;
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether the oldest chunk only waits for the writer. */
  get writing(): boolean {
    return this.#entries[0]?.answered ?? false;
  }

  /** Whether the app has nothing to do: all that is here waits for the writer, or to be acknowledged. */
  get answered(): boolean {
    return this.#entries.every(({ answered }) => answered);
  }

  /** @param toApp whether the chunk has records for the app; otherwise it is settled from the start */
  add(sequence: number, decoded: Decoded, toApp: boolean): void {
    const nothingYet = { stored: 0, filtered: 0, rows: 0, rejects: [] };
    this.#entries.push({ sequence, decoded, ...nothingYet, answered: !toApp, missing: toApp ? 2 : 0 });
  }

  /** @returns how many records the app has answered with it */
  wrangled(notice: WrangledNotice): number {
    const entry = this.#find(notice.sequence);
    entry.answered = true;
    entry.filtered += notice.filtered;
    entry.rejects.push(...notice.rejects);
    this.#settle(entry);
    return entry.decoded.numbers.length;
  }

  written(notice: WrittenNotice): void {
    const entry = this.#find(notice.sequence);
    entry.stored += notice.stored;
    entry.rows += notice.rows;
    entry.rejects.push(...notice.rejects);
    this.#settle(entry);
  }

  /** The oldest chunk, once it is settled; it leaves. */
  take(): SettledChunk | undefined {
    return this.#entries[0]?.missing === 0 ? this.#entries.shift() : undefined;
  }

  /** Resolves when a chunk has settled since the last call. */
  async settled(): Promise<void> {
    if (this.#entries[0]?.missing === 0) return;
    await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  #find(sequence: number): Entry {
    const entry = this.#entries.find((candidate) => candidate.sequence === sequence);
    if (!entry || entry.missing === 0) throw new Error(`chunk ${sequence} was answered but not asked`);
    return entry;
  }

  #settle(entry: Entry): void {
    entry.missing--;
    if (entry.missing === 0) this.#changed?.();
  }
}
