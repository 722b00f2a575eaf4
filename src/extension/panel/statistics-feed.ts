import type { Statistics, StatisticsReport } from '../../protocol/ingestion-log.ts';
import type { Feed } from './feed.ts';
import type { MonitorSource } from './monitor-source.ts';
import { bounds, type StatisticsRow, type StatisticsView } from './panel-protocol.ts';
import { Whole } from './whole.ts';

/** Sums over the ingestion log, of the platform and of each tenant. */
export class StatisticsFeed implements Feed<'statistics'> {
  readonly #view = new Whole<StatisticsView>(nothingKnown());
  #report: StatisticsReport | undefined;

  observe(source: MonitorSource | undefined): void {
    if (source?.statistics === this.#report) return;
    this.#report = source?.statistics;
    this.#view.set(this.#report ? statisticsView(this.#report) : nothingKnown());
  }

  snapshot(): StatisticsView {
    return this.#view.snapshot();
  }
  delta(): StatisticsView | undefined {
    return this.#view.delta();
  }
  dispose(): void {
    // nothing is held
  }
}

function nothingKnown(): StatisticsView {
  return { total: null, tenants: [], moreTenants: 0 };
}

function statisticsView({ total, byTenant }: StatisticsReport): StatisticsView {
  // The busiest are shown when there are more than the panel takes.
  const rows = byTenant
    .map(({ key, statistics }) => row(key, statistics))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, bounds.tenants)
    .sort((a, b) => (a.tenant < b.tenant ? -1 : 1));
  return { total: row('', total), tenants: rows, moreTenants: byTenant.length - rows.length };
}

function row(tenant: string, statistics: Statistics): StatisticsRow {
  const { runs, files, successRate, counters, rowsPerSecond, seconds, cpuSeconds } = statistics;
  const { read, stored, filtered, quarantined, rows } = counters;
  return {
    tenant,
    runs,
    files,
    successRate,
    read,
    stored,
    filtered,
    quarantined,
    rows,
    bytes: statistics.fileBytes,
    rowsPerSecondP50: rowsPerSecond.p50,
    rowsPerSecondMax: rowsPerSecond.max,
    secondsP95: seconds.p95,
    cpuSeconds,
  };
}
