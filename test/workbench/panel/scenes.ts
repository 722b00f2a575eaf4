import type { RunRecord, Statistics } from '../../../src/protocol/ingestion-log.ts';
import type { ActiveRun, TenantStatus } from '../../../src/protocol/management.ts';
import type { ServiceStatus } from '../../../src/protocol/services.ts';
import { exampleRun, noStatistics } from '../../unit/cli/examples.ts';
import type { ScriptedPlatform } from './scripted-platform.ts';

export function tenant(name: string, change: Partial<TenantStatus> = {}): TenantStatus {
  return {
    tenant: name,
    registered: true,
    enabled: true,
    problem: null,
    plan: 'gold',
    apps: ['reviews'],
    waitingFiles: 0,
    waitingBytes: 0,
    runningFiles: 0,
    refusedFiles: 0,
    deferredFiles: 0,
    ...change,
  };
}

/** A run at `share` of its second file of three, at a rate. */
export function activeRun(
  of: string,
  number: number,
  { rows = 41_200, share = 0.63, quarantined = 0 } = {},
): ActiveRun {
  const run = exampleRun();
  const read = Math.round(180_000 * (1 + share));
  const counters = { bytes: read * 320, read, stored: read - quarantined, filtered: 0, quarantined, rows: read };
  const files = ['2024-11-21.tsv', '2024-11-22.tsv', '2024-11-23.tsv'];
  return {
    ...run,
    runId: `${of}-${number}`,
    batchNumber: number,
    tenant: of,
    startedAt: Date.now() - 12_000,
    files,
    report: run.report && {
      ...run.report,
      file: { index: 1, bytesRead: 57_600_000 * share, size: 57_600_000, counters },
      counters,
      rowsPerSecond: rows,
      bytesPerSecond: rows * 320,
    },
  };
}

export function endedRun(of: string, number: number, change: Partial<RunRecord> = {}): RunRecord {
  const startedAt = Date.now() - number * 61_000;
  return {
    runId: `${of}-ended-${number}`,
    batchNumber: number,
    tenant: of,
    app: 'reviews',
    profileVersion: 'a'.repeat(64),
    trigger: 'arrival',
    startedAt,
    endedAt: startedAt + 9_400,
    seconds: 9.4,
    outcome: 'done',
    failedFiles: 0,
    firstFailure: null,
    files: 3,
    fileBytes: 118_000_000,
    counters: { bytes: 118_000_000, read: 369_000, stored: 368_420, filtered: 512, quarantined: 68, rows: 368_420 },
    rowsPerSecond: 39_200,
    bytesPerSecond: 12_500_000,
    cpuSeconds: 14.1,
    peakRssBytes: 180_000_000,
    memoryMbSeconds: 900,
    eventLoopDelayP99Ms: 4,
    cause: null,
    ...change,
  };
}

export function sums(runs: number, share = 1): Statistics {
  const read = 369_000 * runs;
  return {
    ...noStatistics(),
    runs,
    files: runs * 3,
    outcomes: { ingested: runs * 3 },
    fileBytes: 118_000_000 * runs,
    counters: {
      bytes: 118_000_000 * runs,
      read,
      stored: read - 580 * runs,
      filtered: 512 * runs,
      quarantined: 68 * runs,
      rows: read - 580 * runs,
    },
    successRate: share,
    rowsPerSecond: { p50: 38_400, p95: 44_000, max: 47_100 },
    seconds: { p50: 3.1, p95: 4.8, max: 9.9 },
    cpuSeconds: 14.1 * runs,
    memoryMbSeconds: 900,
  };
}

function service(name: string, version: string, change: Partial<ServiceStatus> = {}): ServiceStatus {
  const endpoint = `127.0.0.1:${32768 + name.length}`;
  const container = `mysimbdp-0-${name}`;
  return {
    service: name,
    state: 'running',
    endpoint,
    image: name,
    version,
    container,
    restarts: 0,
    problem: null,
    ...change,
  };
}

/** Three tenants at work, one with a broken profile, and a day behind them. */
export function busyScene(platform: ScriptedPlatform): void {
  const ended = { code: 'SERVICE_KILLED', message: 'kafka-1 was killed (exit status 137)' };
  platform.services = [
    service('cassandra-1', '5.0.5'),
    service('kafka-1', '4.1.0', { state: 'restarting', restarts: 1, problem: ended }),
  ];
  platform.usage = [
    { service: 'cassandra-1', cpus: 1.27, memoryBytes: 1_420e6, memoryLimitBytes: 2_147e6, diskBytes: 812e6 },
  ];
  platform.tenants = [
    tenant('birdstrikes', { waitingFiles: 2, waitingBytes: 41_000_000 }),
    tenant('digital_video_games', { runningFiles: 3 }),
    tenant('gift_card', { runningFiles: 3, waitingFiles: 5, waitingBytes: 310_000_000 }),
    tenant('wholesale'),
  ];
  platform.ended = [
    endedRun('wholesale', 7, {
      outcome: 'failed',
      seconds: 1.2,
      rowsPerSecond: 0,
      bytesPerSecond: 0,
      counters: noStatistics().counters,
      cause: { code: 'APP_FAILED', message: 'apps/orders/app.ts threw while it was loaded: price is not defined' },
    }),
    endedRun('gift_card', 11),
    endedRun('digital_video_games', 8, { rowsPerSecond: 27_900, seconds: 13.2 }),
    endedRun('gift_card', 10, { outcome: 'cancelled', seconds: 4.1 }),
    endedRun('birdstrikes', 3, { rowsPerSecond: 18_300, bytesPerSecond: 3_100_000, files: 1 }),
    endedRun('gift_card', 9),
  ];
  const byTenant = [
    { key: 'birdstrikes', statistics: sums(3) },
    { key: 'digital_video_games', statistics: sums(8, 0.92) },
    { key: 'gift_card', statistics: sums(11, 0.97) },
    { key: 'wholesale', statistics: sums(6, 0.83) },
  ];
  platform.report = { total: sums(28, 0.94), byTenant, byDay: [], byApp: [] };
}
