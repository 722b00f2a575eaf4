import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noCounts, type Counters } from '../../../src/protocol/checkpoints.ts';
import type { IngestionRecord, RunRecord } from '../../../src/protocol/ingestion-log.ts';
import type { OpenRun } from '../../../src/records/open-runs.ts';

/** A folder for the tests of one `describe`, removed at its end. */
export function temporaryFolder(): { path(name: string): string } {
  let folder = '';
  let count = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'records-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => {
    count++;
  });
  // Each test has names of its own.
  return { path: (name) => join(folder, String(count), name) };
}

export function counts(given: Partial<Counters>): Counters {
  return { ...noCounts(), ...given };
}

export function fileRecord(given: Partial<IngestionRecord> = {}): IngestionRecord {
  return {
    runId: 'run-1',
    batchNumber: 1,
    tenant: 'gift_card',
    app: 'reviews',
    table: 'reviews',
    file: 'a.tsv',
    startedAt: 1_000,
    endedAt: 3_000,
    seconds: 2,
    outcome: 'ingested',
    fileBytes: 100,
    sha256: 'aa',
    counters: counts({ bytes: 100, read: 10, stored: 10, rows: 10 }),
    rowsPerSecond: 5,
    bytesPerSecond: 50,
    cause: null,
    warnings: [],
    location: 'archive/gift_card/a.tsv',
    quarantine: null,
    ...given,
  };
}

export function runRecord(given: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 'run-1',
    batchNumber: 1,
    tenant: 'gift_card',
    app: 'reviews',
    profileVersion: 'v1',
    trigger: 'arrival',
    startedAt: 1_000,
    endedAt: 3_000,
    seconds: 2,
    outcome: 'done',
    files: 1,
    failedFiles: 0,
    firstFailure: null,
    fileBytes: 100,
    counters: counts({ bytes: 100, read: 10, stored: 10, rows: 10 }),
    rowsPerSecond: 5,
    bytesPerSecond: 50,
    cpuSeconds: 1.5,
    peakRssBytes: 64 * 2 ** 20,
    memoryMbSeconds: 128,
    eventLoopDelayP99Ms: 2,
    cause: null,
    ...given,
  };
}

export function openRun(given: Partial<OpenRun> = {}): OpenRun {
  return {
    runId: 'run-1',
    tenant: 'gift_card',
    app: 'reviews',
    batchNumber: 1,
    trigger: 'arrival',
    profileVersion: 'v1',
    startedAt: 1_000,
    attempts: 1,
    job: { kind: 'batch', files: ['a.tsv'] },
    ...given,
  };
}
