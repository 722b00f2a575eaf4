import type { Deltas, LogFilter, PartId, Snapshots } from './panel-protocol.ts';
import type { Disposable, MonitorSource } from './monitor-source.ts';

/**
 * The host's side of one part of the panel: it keeps what the panel shows, bounded, and what has changed since it was
 * last asked. Feeds of a panel are listed in feeds.ts.
 */
export interface Feed<P extends PartId> extends Disposable {
  /** Looks at the source: when it has changed, and once a second, also while the panel is hidden. `now` in ms. */
  observe(source: MonitorSource | undefined, now: number): void;
  /** Everything; what `delta` gives next is relative to this. */
  snapshot(): Snapshots[P];
  /** What has changed since; undefined: nothing. */
  delta(): Deltas[P] | undefined;
  /** The user looks at other lines of the log. */
  setFilter?(filter: LogFilter): void;
  /** Whether the panel is seen: what costs something is asked for only then. */
  setSeen?(isSeen: boolean): void;
}

export type Feeds = { readonly [P in PartId]: Feed<P> };
