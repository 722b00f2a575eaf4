import type { IngestionRecord, Statistics } from '../../../src/protocol/ingestion-log.ts';
import type { ActiveRun } from '../../../src/protocol/management.ts';

/** Statistics of a platform where nothing has happened. */
export function noStatistics(): Statistics {
  return {
    runs: 0,
    files: 0,
    outcomes: {},
    fileBytes: 0,
    counters: { bytes: 0, read: 0, stored: 0, filtered: 0, quarantined: 0, rows: 0 },
    successRate: null,
    rowsPerSecond: { p50: 0, p95: 0, max: 0 },
    seconds: { p50: 0, p95: 0, max: 0 },
    cpuSeconds: 0,
    memoryMbSeconds: 0,
  };
}

/** A file of 1,000 records, 10 of them filtered, that took two seconds. */
export function exampleRecord(change: Partial<IngestionRecord> = {}): IngestionRecord {
  return {
    runId: 'run-1',
    batchNumber: 1,
    tenant: 'north',
    app: 'reviews',
    table: 'reviews',
    file: 'one.tsv',
    startedAt: 1_000,
    endedAt: 3_000,
    seconds: 2,
    outcome: 'ingested',
    fileBytes: 50_000,
    sha256: null,
    counters: { bytes: 50_000, read: 1_000, stored: 990, filtered: 10, quarantined: 0, rows: 990 },
    rowsPerSecond: 495,
    bytesPerSecond: 25_000,
    cause: null,
    warnings: [],
    location: '.mysimbdp/archive/north/one.tsv',
    quarantine: null,
    ...change,
  };
}

/** A run at 63 % of its second file. */
export function exampleRun(): ActiveRun {
  const counters = { bytes: 63_000, read: 41_200, stored: 41_200, filtered: 0, quarantined: 0, rows: 41_200 };
  return {
    runId: 'run-1',
    batchNumber: 4,
    tenant: 'north',
    app: 'reviews',
    startedAt: 0,
    files: ['one.tsv', 'two.tsv'],
    rate: { rowsPerSecond: null, bytesPerSecond: null },
    report: {
      sequence: 1,
      state: 'running',
      file: { index: 1, bytesRead: 63_000, size: 100_000, counters },
      counters,
      rowsPerSecond: 41_200,
      bytesPerSecond: 3_000,
      cpuSeconds: 1,
      rssBytes: 100_000_000,
      eventLoopDelayP99Ms: 2,
      cause: null,
    },
  };
}
