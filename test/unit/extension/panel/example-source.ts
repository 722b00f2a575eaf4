import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { MonitorSource } from '../../../../src/extension/panel/monitor-source.ts';
import type { RunRecord, StatisticsReport } from '../../../../src/protocol/ingestion-log.ts';
import type { PlatformStatus } from '../../../../src/protocol/management.ts';
import type { ServiceUsage } from '../../../../src/protocol/services.ts';
import { exampleRun } from '../../cli/examples.ts';

/** A platform that runs one run of the tenant `north`; a test changes what it says. */
export class ExampleSource implements MonitorSource {
  folder = new PlatformFolder('/platform');
  name = 'platform';
  state: MonitorSource['state'] = 'running';
  status: PlatformStatus | undefined = {
    platform: 'example',
    folder: '/platform',
    runtime: 'embedded',
    services: [],
    pid: 1,
    startedAt: 0,
    revision: 1,
    recordedRuns: 0,
    tenants: [],
    runs: [exampleRun()],
    eventLoopDelayP99Ms: 1,
  };
  recentRuns: readonly RunRecord[] = [];
  statistics: StatisticsReport | undefined;
  usage: readonly ServiceUsage[] = [];
  /** How many watch its usage. */
  watchers = 0;
  readonly #listeners = new Set<() => unknown>();

  readonly onDidChange = (listener: () => unknown) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  watchUsage() {
    this.watchers++;
    return { dispose: () => this.watchers-- };
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  change(status: Partial<PlatformStatus>): void {
    if (this.status) this.status = { ...this.status, ...status };
    for (const listener of this.#listeners) listener();
  }
}

export function exampleRunRecord(change: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 'run-1',
    batchNumber: 4,
    tenant: 'north',
    app: 'reviews',
    profileVersion: 'v',
    trigger: 'arrival',
    startedAt: 0,
    endedAt: 2_000,
    seconds: 2,
    outcome: 'done',
    files: 2,
    failedFiles: 0,
    firstFailure: null,
    fileBytes: 100,
    counters: { bytes: 100, read: 10, stored: 9, filtered: 0, quarantined: 1, rows: 9 },
    rowsPerSecond: 5,
    bytesPerSecond: 50,
    cpuSeconds: 1,
    peakRssBytes: 1,
    memoryMbSeconds: 1,
    eventLoopDelayP99Ms: 1,
    cause: null,
    ...change,
  };
}
