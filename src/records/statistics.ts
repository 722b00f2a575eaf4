import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { noCounts } from '../protocol/checkpoints.ts';
import type { FileOutcome, Statistics, StatisticsReport } from '../protocol/ingestion-log.ts';
import { dayOf } from './day-usage.ts';
import { Spread } from './spread.ts';

export interface StatisticsQuery {
  /** Absent: the whole platform. */
  tenant?: string | undefined;
  /** IANA name; a file or run belongs to the day on which it ended. */
  timeZone: string;
}

interface FileRow {
  tenant: string;
  app: string | null;
  outcome: FileOutcome;
  ended_at: number;
  seconds: number;
  file_bytes: number;
  rows_per_second: number;
  bytes: number;
  read: number;
  stored: number;
  filtered: number;
  quarantined: number;
  rows: number;
}

interface RunRow {
  tenant: string;
  app: string;
  ended_at: number;
  cpu_seconds: number;
  memory_mb_seconds: number;
}

/** Sums and spreads over the ingestion log, in one pass over it, which `isStopped` ends. Throws UNKNOWN_TIME_ZONE. */
export function statisticsOf(db: DatabaseSyncInstance, isStopped: () => boolean) {
  return {
    statistics({ tenant, timeZone }: StatisticsQuery): StatisticsReport {
      const total = new Sums();
      const byTenant = new Groups();
      const byDay = new Groups();
      const byApp = new Groups();
      const dayAt = dayFinder(timeZone);
      const of = tenant === undefined ? { where: 'TRUE', values: [] } : { where: 'tenant = ?', values: [tenant] };

      const groupsOf = (row: { tenant: string; app: string | null; ended_at: number }) => [
        total,
        byTenant.of(row.tenant),
        byDay.of(dayAt(row.ended_at)),
        ...(row.app === null ? [] : [byApp.of(`${row.tenant}.${row.app}`)]),
      ];

      // A deferred file waits until a later record tells what became of it.
      const files = db.prepare(
        `SELECT tenant, app, outcome, ended_at, seconds, file_bytes, rows_per_second,
                bytes, read, stored, filtered, quarantined, rows
         FROM file_records AS this
         WHERE ${of.where} AND NOT (outcome = 'deferred' AND EXISTS (
           SELECT 1 FROM file_records AS later
           WHERE later.tenant = this.tenant AND later.file = this.file AND later.id > this.id))`,
      );
      for (const row of until(isStopped, files.iterate(...of.values) as Iterable<FileRow>))
        for (const group of groupsOf(row)) group.addFile(row);

      const runs = db.prepare(
        // Records of before have no account of their own of memory.
        `SELECT tenant, app, ended_at, cpu_seconds,
                coalesce(record ->> '$.memoryMbSeconds', peak_rss_bytes / 1048576 * seconds) AS memory_mb_seconds
         FROM run_records WHERE ${of.where}`,
      );
      for (const row of until(isStopped, runs.iterate(...of.values) as Iterable<RunRow>))
        for (const group of groupsOf(row)) group.addRun(row);

      return {
        total: total.result(),
        byTenant: byTenant.result(),
        byDay: byDay.result(),
        byApp: byApp.result(),
      };
    },
  };
}

function* until<Row>(isStopped: () => boolean, rows: Iterable<Row>): Iterable<Row> {
  for (const row of rows) {
    if (isStopped()) throw new Error('the metadata store is being closed');
    yield row;
  }
}

/** Days of instants; offsets of time zones are whole quarters of an hour, so that few instants need the calendar. */
function dayFinder(timeZone: string): (epochMs: number) => string {
  const quarterHour = 900_000;
  const known = new Map<number, string>();
  dayOf(0, timeZone);
  return (epochMs) => {
    const quarter = Math.floor(epochMs / quarterHour);
    let day = known.get(quarter);
    if (day === undefined) {
      day = dayOf(quarter * quarterHour, timeZone);
      known.set(quarter, day);
    }
    return day;
  };
}

class Groups {
  readonly #groups = new Map<string, Sums>();

  of(key: string): Sums {
    let sums = this.#groups.get(key);
    if (!sums) {
      sums = new Sums();
      this.#groups.set(key, sums);
    }
    return sums;
  }

  result(): { key: string; statistics: Statistics }[] {
    return [...this.#groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, sums]) => ({ key, statistics: sums.result() }));
  }
}

class Sums {
  #runs = 0;
  #files = 0;
  readonly #outcomes: Partial<Record<FileOutcome, number>> = {};
  #fileBytes = 0;
  readonly #counters = noCounts();
  readonly #rowsPerSecond = new Spread();
  readonly #seconds = new Spread();
  #cpuSeconds = 0;
  #memoryMbSeconds = 0;

  addFile(row: FileRow): void {
    this.#files++;
    this.#outcomes[row.outcome] = (this.#outcomes[row.outcome] ?? 0) + 1;
    this.#fileBytes += row.file_bytes;
    this.#counters.bytes += row.bytes;
    this.#counters.read += row.read;
    this.#counters.stored += row.stored;
    this.#counters.filtered += row.filtered;
    this.#counters.quarantined += row.quarantined;
    this.#counters.rows += row.rows;
    if (row.read > 0) {
      this.#rowsPerSecond.add(row.rows_per_second);
      this.#seconds.add(row.seconds);
    }
  }

  addRun(row: RunRow): void {
    this.#runs++;
    this.#cpuSeconds += row.cpu_seconds;
    this.#memoryMbSeconds += row.memory_mb_seconds;
  }

  result(): Statistics {
    const number = (outcome: FileOutcome) => this.#outcomes[outcome] ?? 0;
    const finished = this.#files - number('deferred');
    const succeeded = number('ingested') + number('partial') + number('empty') + number('duplicate');
    return {
      runs: this.#runs,
      files: this.#files,
      outcomes: this.#outcomes,
      fileBytes: this.#fileBytes,
      counters: this.#counters,
      successRate: finished === 0 ? null : succeeded / finished,
      rowsPerSecond: this.#rowsPerSecond.result(),
      seconds: this.#seconds.result(),
      cpuSeconds: this.#cpuSeconds,
      memoryMbSeconds: this.#memoryMbSeconds,
    };
  }
}
