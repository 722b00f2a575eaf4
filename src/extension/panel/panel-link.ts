import type { Feed, Feeds } from './feed.ts';
import type { Disposable, MonitorSource } from './monitor-source.ts';
import type { Deltas, LogFilter, PartId, ToPanel } from './panel-protocol.ts';

/** Looks and messages are so far apart at least, in ms: four a second. */
export const tickMs = 250;
const observeEveryMs = 1000;
/** A message that was not taken after so long is taken as lost; the panel notices by its number. */
const lostAfterMs = 5_000;

interface PanelLinkOptions {
  feeds: Feeds;
  source: () => MonitorSource | undefined;
  /** Resolves when the panel has the message. */
  send: (message: ToPanel) => PromiseLike<unknown>;
  /** In ms since the epoch. */
  now?: () => number;
}

/**
 * Keeps a shown panel up to date: a snapshot when it is ready, then deltas, coalesced, and none while one is on its way.
 * `tick` is to be called every `tickMs`, also while the panel is hidden, so that the charts go on.
 */
export class PanelLink implements Disposable {
  readonly #options: PanelLinkOptions;
  readonly #now: () => number;
  #source: MonitorSource | undefined;
  #listening: Disposable | undefined;
  #changed = true;
  #observedAt = -Infinity;
  #sequence = 0;
  #shown = false;
  /** Another platform is shown than the panel knows: what has changed makes no sense to it. */
  #anew = false;
  /** When the message on its way was sent. */
  #sentAt: number | undefined;

  constructor(options: PanelLinkOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#observe();
  }

  /** The panel is shown and listens. */
  ready(filter: LogFilter): void {
    this.#options.feeds.log.setFilter?.(filter);
    this.#observe();
    this.#setShown(true);
    this.#sendSnapshot();
  }

  /** The panel is not there to be told anything, until it is ready again. */
  hide(): void {
    this.#setShown(false);
  }

  setFilter(filter: LogFilter): void {
    this.#options.feeds.log.setFilter?.(filter);
    this.#changed = true;
  }

  tick(): void {
    const now = this.#now();
    if (this.#changed || this.#options.source() !== this.#source || now - this.#observedAt >= observeEveryMs)
      this.#observe();
    if (!this.#shown) return;
    if (this.#sentAt !== undefined && now - this.#sentAt < lostAfterMs) return;
    if (this.#anew) {
      this.#sendSnapshot();
      return;
    }
    const parts = this.#deltas();
    if (parts) this.#send({ type: 'delta', sequence: ++this.#sequence, parts });
  }

  dispose(): void {
    this.#shown = false;
    this.#listening?.dispose();
    for (const feed of this.#all) feed.dispose();
  }

  #setShown(isShown: boolean): void {
    this.#shown = isShown;
    for (const feed of this.#all) feed.setSeen?.(isShown);
  }

  get #all(): Feed<PartId>[] {
    return Object.values(this.#options.feeds);
  }

  #observe(): void {
    const source = this.#options.source();
    if (source !== this.#source) {
      this.#listening?.dispose();
      this.#listening = source?.onDidChange(() => (this.#changed = true));
      this.#source = source;
      this.#anew = true;
    }
    this.#changed = false;
    this.#observedAt = this.#now();
    for (const feed of this.#all) feed.observe(source, this.#observedAt);
  }

  #sendSnapshot(): void {
    const { platforms, platform, throughput, runs, services, statistics, log } = this.#options.feeds;
    this.#anew = false;
    this.#send({
      type: 'snapshot',
      sequence: ++this.#sequence,
      parts: {
        platforms: platforms.snapshot(),
        platform: platform.snapshot(),
        throughput: throughput.snapshot(),
        runs: runs.snapshot(),
        services: services.snapshot(),
        statistics: statistics.snapshot(),
        log: log.snapshot(),
      },
    });
  }

  #deltas(): Partial<Deltas> | undefined {
    const entries = (Object.keys(this.#options.feeds) as PartId[]).flatMap((part) => {
      const delta = this.#options.feeds[part].delta();
      return delta === undefined ? [] : [[part, delta] as const];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  #send(message: ToPanel): void {
    const sentAt = this.#now();
    this.#sentAt = sentAt;
    const done = () => {
      if (this.#sentAt === sentAt) this.#sentAt = undefined;
    };
    this.#options.send(message).then(done, done);
  }
}
