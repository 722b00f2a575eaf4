import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { FileOutcome, IngestionRecord, RunRecord } from '../protocol/ingestion-log.ts';
import type { AppLogLine } from '../protocol/reports.ts';
import { JsonLinesLog, type JsonLinesLogOptions, type LogHealth, type LogLevel } from './json-lines-log.ts';
import { OpenFileSlots } from './open-file-slots.ts';

export interface IngestionLogsOptions extends Omit<JsonLinesLogOptions, 'slots'> {
  /** Files open at one time; default 16. */
  openFiles?: number;
}

/** The platform's log and the log of each tenant, as JSON lines for people and log shippers. */
export class IngestionLogs implements AsyncDisposer {
  readonly #folder: PlatformFolder;
  readonly #options: JsonLinesLogOptions;
  readonly #platform: JsonLinesLog;
  readonly #tenants = new Map<string, JsonLinesLog>();
  #disposed = false;

  constructor(folder: PlatformFolder, { openFiles = 16, ...options }: IngestionLogsOptions = {}) {
    this.#folder = folder;
    this.#options = { ...options, slots: new OpenFileSlots(openFiles) };
    this.#platform = new JsonLinesLog(folder.platformLog, this.#options);
  }

  /** Sums over all logs; `fault` is that of one log that cannot be written now. */
  get health(): LogHealth {
    const sum: LogHealth = { dropped: 0, failures: 0, fault: null };
    for (const { health } of this.#all()) {
      sum.dropped += health.dropped;
      sum.failures += health.failures;
      sum.fault ??= health.fault;
    }
    return sum;
  }

  /** @param event what happened, for programs: `tenant-registered` */
  platform(level: LogLevel, event: string, fields: Record<string, unknown> = {}): void {
    this.#platform.write({ ...fields, level, type: event });
  }

  /** What became of a file, in its tenant's log. */
  tenantRecord(record: IngestionRecord): void {
    this.#tenant(record.tenant).write({
      time: record.endedAt,
      level: levelOfFile(record.outcome),
      type: 'file',
      ...record,
    });
  }

  /** The end of a run, in its tenant's log and in the platform's. */
  run(record: RunRecord): void {
    const level = record.outcome === 'done' ? 'info' : record.outcome === 'cancelled' ? 'warn' : 'error';
    const entry = { time: record.endedAt, level, type: 'run', ...record } as const;
    this.#tenant(record.tenant).write(entry);
    this.#platform.write(entry);
  }

  /** @param dropped lines that the app wrote and nobody kept */
  appLines(tenant: string, app: string, runId: string, lines: AppLogLine[], dropped: number): void {
    const log = this.#tenant(tenant);
    for (const { time, stream, text } of lines)
      log.write({ time, level: 'info', type: 'app', app, runId, stream, text });
    if (dropped > 0) log.write({ level: 'warn', type: 'app-lines-dropped', app, runId, dropped });
  }

  /** Lets go of a tenant's log, so that its files can be deleted; what comes later begins it anew. */
  async forget(tenant: string): Promise<void> {
    const log = this.#tenants.get(tenant);
    this.#tenants.delete(tenant);
    await log?.dispose();
  }

  /** Resolves when everything is in its file or was refused by the disk. */
  async flush(): Promise<void> {
    await Promise.all(this.#all().map((log) => log.flush()));
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all(this.#all().map((log) => log.dispose()));
  }

  #all(): JsonLinesLog[] {
    return [this.#platform, ...this.#tenants.values()];
  }

  #tenant(tenant: string): JsonLinesLog {
    let log = this.#tenants.get(tenant);
    if (!log) {
      log = new JsonLinesLog(this.#folder.batchAppLog(tenant), this.#options);
      if (this.#disposed) void log.dispose();
      else this.#tenants.set(tenant, log);
    }
    return log;
  }
}

function levelOfFile(outcome: FileOutcome): LogLevel {
  switch (outcome) {
    case 'ingested':
    case 'empty':
    case 'duplicate':
      return 'info';
    case 'partial':
    case 'refused':
    case 'deferred':
    case 'cancelled':
      return 'warn';
    case 'failed':
      return 'error';
  }
}
