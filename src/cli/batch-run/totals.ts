import { noCounts, type Counters } from '../../protocol/checkpoints.ts';
import type { FileOutcome, IngestionRecord } from '../../protocol/ingestion-log.ts';

/** Sums over the files of a tenant or of all of them. */
export interface Totals {
  files: number;
  outcomes: Partial<Record<FileOutcome, number>>;
  counters: Counters;
  /** From the first start to the last end of a file that was run; files that run side by side are not added up. */
  seconds: number;
  /** Rows written in that time. */
  rowsPerSecond: number;
}

export function totalsOf(records: readonly IngestionRecord[]): Totals {
  const counters = noCounts();
  const outcomes: Totals['outcomes'] = {};
  let start = Infinity;
  let end = -Infinity;
  for (const record of records) {
    outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
    for (const key of Object.keys(counters) as (keyof Counters)[]) counters[key] += record.counters[key];
    if (record.runId === null) continue;
    start = Math.min(start, record.startedAt);
    end = Math.max(end, record.endedAt);
  }
  const seconds = end > start ? (end - start) / 1000 : 0;
  return {
    files: records.length,
    outcomes,
    counters,
    seconds,
    rowsPerSecond: seconds > 0 ? counters.rows / seconds : 0,
  };
}

/** Totals of each tenant, by name. */
export function totalsByTenant(records: readonly IngestionRecord[]): [tenant: string, totals: Totals][] {
  const tenants = [...new Set(records.map(({ tenant }) => tenant))].sort();
  return tenants.map((tenant) => [tenant, totalsOf(records.filter((record) => record.tenant === tenant))]);
}
