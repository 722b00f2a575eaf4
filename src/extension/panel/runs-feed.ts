import type { RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun } from '../../protocol/management.ts';
import type { Feed } from './feed.ts';
import { clipped } from './log-entry.ts';
import type { MonitorSource } from './monitor-source.ts';
import { bounds, type Deltas, type RunView, type Snapshots } from './panel-protocol.ts';

/** Active runs with their progress, and the newest of those that have ended. */
export class RunsFeed implements Feed<'runs'> {
  #folder: string | undefined;
  #active = new Map<string, RunView>();
  /** Those that are not active any more, while the run log does not tell what became of them. */
  #ending = new Map<string, RunView>();
  #records: readonly RunRecord[] = [];
  #ended: RunView[] = [];
  /** What the panel has, as JSON by run. */
  #sent = new Map<string, string>();

  observe(source: MonitorSource | undefined): void {
    if (source?.folder.root !== this.#folder || !source?.status) {
      this.#folder = source?.folder.root;
      this.#active.clear();
      this.#ending.clear();
    }
    const records = source?.recentRuns ?? [];
    if (records !== this.#records) {
      this.#records = records;
      this.#ended = records.slice(0, bounds.runs).map(endedRun);
    }
    const active = new Map((source?.status?.runs ?? []).map((run) => [run.runId, activeRun(run)]));
    for (const [runId, run] of this.#active)
      if (!active.has(runId)) this.#ending.set(runId, { ...run, state: 'ended', active: false, file: null });
    this.#active = active;
    for (const runId of [...active.keys(), ...this.#ended.map((run) => run.runId)]) this.#ending.delete(runId);
  }

  snapshot(): Snapshots['runs'] {
    const runs = this.#runs();
    this.#sent = new Map(runs.map((run) => [run.runId, JSON.stringify(run)]));
    return { runs };
  }

  delta(): Deltas['runs'] | undefined {
    const runs = this.#runs();
    const before = this.#sent;
    this.#sent = new Map(runs.map((run) => [run.runId, JSON.stringify(run)]));
    const changed = runs.filter(({ runId }) => before.get(runId) !== this.#sent.get(runId));
    const gone = [...before.keys()].filter((runId) => !this.#sent.has(runId));
    return changed.length === 0 && gone.length === 0 ? undefined : { changed, gone };
  }

  dispose(): void {
    // nothing is held
  }

  #runs(): RunView[] {
    const ended = this.#ended.filter(({ runId }) => !this.#active.has(runId));
    return [...this.#active.values(), ...this.#ending.values(), ...ended].slice(0, bounds.runs);
  }
}

function activeRun({ runId, batchNumber, tenant, app, startedAt, files, report }: ActiveRun): RunView {
  const file = report?.file;
  const share = file && file.size > 0 ? Math.min(1, file.bytesRead / file.size) : 0;
  return {
    runId,
    batchNumber,
    tenant,
    app,
    state: report?.state ?? 'starting',
    active: true,
    startedAt,
    seconds: null,
    files: files.length,
    file: file ? { number: file.index + 1, name: clipped(files[file.index] ?? '') } : null,
    progress: file && files.length > 0 ? Math.min(1, (file.index + share) / files.length) : null,
    read: report?.counters.read ?? 0,
    rows: report?.counters.rows ?? 0,
    quarantined: report?.counters.quarantined ?? 0,
    rowsPerSecond: report?.rowsPerSecond ?? 0,
    bytesPerSecond: report?.bytesPerSecond ?? 0,
    cause: report?.cause ? clipped(`${report.cause.code}: ${report.cause.message}`) : null,
  };
}

function endedRun(record: RunRecord): RunView {
  const { runId, batchNumber, tenant, app, outcome, startedAt, seconds, files, counters, cause } = record;
  return {
    runId,
    batchNumber,
    tenant,
    app,
    state: outcome,
    active: false,
    startedAt,
    seconds,
    files,
    file: null,
    progress: outcome === 'done' ? 1 : null,
    read: counters.read,
    rows: counters.rows,
    quarantined: counters.quarantined,
    rowsPerSecond: record.rowsPerSecond,
    bytesPerSecond: record.bytesPerSecond,
    cause: cause ? clipped(`${cause.code}: ${cause.message}`) : null,
  };
}
