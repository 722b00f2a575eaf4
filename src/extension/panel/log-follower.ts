import { messageOf } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { followLog } from '../../records/read-log.ts';
import type { Disposable } from './monitor-source.ts';

/** Tenants' logs that are followed at one time, and the lines that each gives when it is first looked at. */
const maxFollowed = 16;
const firstLines = 200;
/** How often each file is looked at, in ms. */
const everyMs = 400;

/** @param since when the log began to be followed, in ms since the epoch: older lines were there before */
type OnLine = (stored: string, tenant: string | null, since: number) => void;

/**
 * Follows the log of a platform and those of some of its tenants, at most 16, since each is an open file. A log that was
 * let go is later followed from its end.
 */
export class LogFollower implements Disposable {
  readonly #folder: PlatformFolder;
  readonly #onLine: OnLine;
  readonly #say: (line: string) => void;
  /** Those that are wanted first, then those that were wanted last. */
  #followed = new Map<string, AbortController>();
  readonly #seen = new Set<string>();
  readonly #platform: AbortController;

  constructor(folder: PlatformFolder, onLine: OnLine, say: (line: string) => void) {
    this.#folder = folder;
    this.#onLine = onLine;
    this.#say = say;
    this.#platform = this.#follow(folder.platformLog, null, firstLines);
  }

  /**
   * Follows these tenants' logs as far as there is room: that of `chosen` before all, then those that are followed already, so
   * that none is given up for another that is wanted no more. One that is not wanted goes when its room is needed.
   */
  follow(wanted: Iterable<string>, chosen: string | null): void {
    const all = new Set(wanted);
    const followed = [...this.#followed.keys()];
    const order = new Set([
      ...(chosen === null ? [] : [chosen]),
      ...followed.filter((tenant) => all.has(tenant)),
      ...all,
      ...followed,
    ]);
    const kept = [...order].slice(0, maxFollowed);
    for (const tenant of followed) if (!kept.includes(tenant)) this.#followed.get(tenant)?.abort();
    this.#followed = new Map(kept.map((tenant) => [tenant, this.#followed.get(tenant) ?? this.#begin(tenant)]));
  }

  dispose(): void {
    this.#platform.abort();
    for (const following of this.#followed.values()) following.abort();
    this.#followed.clear();
  }

  #begin(tenant: string): AbortController {
    const lines = this.#seen.has(tenant) ? 0 : firstLines;
    this.#seen.add(tenant);
    return this.#follow(this.#folder.batchAppLog(tenant), tenant, lines);
  }

  #follow(path: string, tenant: string | null, lines: number): AbortController {
    const ending = new AbortController();
    const since = Date.now();
    const onLine = (stored: string) => {
      if (!ending.signal.aborted) this.#onLine(stored, tenant, since);
    };
    followLog(path, onLine, ending.signal, { lines, everyMs }).catch((error: unknown) =>
      this.#say(`${path} is not followed any more: ${messageOf(error)}`),
    );
    return ending;
  }
}
