import type { PlatformStatus } from '../../protocol/management.ts';
import type { Feed } from './feed.ts';
import type { MonitorSource } from './monitor-source.ts';
import { bounds, type Deltas, type RateSample, type Snapshots } from './panel-protocol.ts';
import { RateHistory } from './rate-history.ts';
import { RingBuffer } from './ring-buffer.ts';

/** A little less than a second: timers are late, never early. */
const sampleEveryMs = 950;

/** Records and bytes a second by tenant, sampled once a second, also while the panel is hidden. */
export class ThroughputFeed implements Feed<'throughput'> {
  #history = new RateHistory();
  readonly #unsent = new RingBuffer<RateSample>(bounds.historySeconds);
  #sampledAt = -Infinity;
  #folder: string | undefined;

  observe(source: MonitorSource | undefined, now: number): void {
    if (source?.folder.root !== this.#folder) {
      this.#folder = source?.folder.root;
      this.#history = new RateHistory();
      this.#unsent.clear();
      this.#sampledAt = -Infinity;
    }
    if (now - this.#sampledAt < sampleEveryMs) return;
    this.#sampledAt = now;
    this.#unsent.push(this.#history.add({ time: now, rates: ratesByTenant(source?.status) }));
  }

  snapshot(): Snapshots['throughput'] {
    this.#unsent.clear();
    return this.#history.view();
  }

  delta(): Deltas['throughput'] | undefined {
    return this.#unsent.length === 0 ? undefined : { samples: this.#unsent.drain() };
  }

  dispose(): void {
    // nothing is held
  }
}

function ratesByTenant(status: PlatformStatus | undefined): RateSample['rates'] {
  const sums = new Map<string, { rows: number; bytes: number }>();
  for (const { tenant, report } of status?.runs ?? []) {
    if (!report || report.state === 'ended') continue;
    const sum = sums.get(tenant) ?? { rows: 0, bytes: 0 };
    sums.set(tenant, { rows: sum.rows + report.rowsPerSecond, bytes: sum.bytes + report.bytesPerSecond });
  }
  return [...sums].map(([name, { rows, bytes }]) => ({ name, rows, bytes }));
}
