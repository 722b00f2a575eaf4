import type { StagedFile } from './staging.ts';

interface Sighting {
  size: number;
  mtimeMs: number;
  /** When the file was first seen as it is, in milliseconds. */
  since: number;
}

/**
 * Tells when a file is complete: its size and time have not changed for `settleSeconds`. Both are watched, for a copy that
 * keeps the original's time looks old from its first byte on.
 */
export class Settling {
  #seen = new Map<string, Sighting>();

  /** @returns milliseconds until the file is settled as it is now; 0 when it is */
  waitMs(file: StagedFile, settleSeconds: number, now: number): number {
    const before = this.#seen.get(file.name);
    // What was seen in what is the future now was seen before the clock was set back.
    const same = before?.size === file.size && before.mtimeMs === file.mtimeMs && before.since <= now;
    const since = same ? before.since : now;
    if (!same) this.#seen.set(file.name, { size: file.size, mtimeMs: file.mtimeMs, since });
    const settle = settleSeconds * 1000;
    // A file from a clock that runs ahead has no age of its own.
    const age = Math.min(now - since, file.mtimeMs > now ? Infinity : now - file.mtimeMs);
    return Math.max(0, settle - age);
  }

  /** Forgets files that are gone. */
  keepOnly(names: { has(name: string): boolean }): void {
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
  }
}
