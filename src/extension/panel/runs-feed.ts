import type { RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun } from '../../protocol/management.ts';
import { shareDone } from '../../protocol/progress.ts';
import { failureOf, hasFailed } from '../run-standing.ts';
import type { Feed } from './feed.ts';
import { clipped } from './log-entry.ts';
import type { MonitorSource } from './monitor-source.ts';
import { bounds, type Deltas, type RunView, type Snapshots } from './panel-protocol.ts';

/** So long a run that is over is shown before the run log tells of it, in ms: the log is read more often than that. */
const untoldMs = 10_000;

/** Active runs with their progress, and the newest of those that have ended. */
export class RunsFeed implements Feed<'runs'> {
  #folder: string | undefined;
  #active = new Map<string, RunView>();
  /** Those that are not active any more, while the run log does not tell what became of them. */
  #ending = new Map<string, { run: RunView; since: number }>();
  #records: readonly RunRecord[] = [];
  #recorded: ReadonlySet<string> = new Set();
  #ended: RunView[] = [];
  /** What the panel has, as JSON by run. */
  #sent = new Map<string, string>();

  observe(source: MonitorSource | undefined, now: number): void {
    if (source?.folder.root !== this.#folder || !source?.status) {
      this.#folder = source?.folder.root;
      this.#active.clear();
      this.#ending.clear();
    }
    const records = source?.recentRuns ?? [];
    if (records !== this.#records) {
      this.#records = records;
      this.#recorded = new Set(records.map(({ runId }) => runId));
      this.#ended = records.slice(0, bounds.runs).map(endedRun);
    }
    const active = new Map((source?.status?.runs ?? []).map((run) => [run.runId, activeRun(run)]));
    for (const [runId, run] of this.#active) {
      if (active.has(runId)) continue;
      this.#ending.set(runId, { run: { ...run, state: 'ended', active: false, file: null }, since: now });
    }
    this.#active = active;
    this.#forgetTold(now);
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

  /** Those whose outcome is known, and those whose record is by now among the older ones that nobody asks for. */
  #forgetTold(now: number): void {
    for (const [runId, { since }] of this.#ending) {
      const told = this.#active.has(runId) || this.#recorded.has(runId);
      if (told || now - since >= untoldMs) this.#ending.delete(runId);
    }
    for (const runId of [...this.#ending.keys()].slice(0, -bounds.runs)) this.#ending.delete(runId);
  }

  #runs(): RunView[] {
    const ended = this.#ended.filter(({ runId }) => !this.#active.has(runId));
    const ending = [...this.#ending.values()].map(({ run }) => run);
    return [...this.#active.values(), ...ending, ...ended].slice(0, bounds.runs);
  }
}

function activeRun({ runId, batchNumber, tenant, app, startedAt, files, report }: ActiveRun): RunView {
  const file = report?.file;
  const share = file ? shareDone(file) : 0;
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
    failedFiles: 0,
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
  const { runId, batchNumber, tenant, app, outcome, startedAt, seconds, files, failedFiles, counters } = record;
  const cause = failureOf(record);
  return {
    runId,
    batchNumber,
    tenant,
    app,
    state: hasFailed(record) ? 'failed' : outcome,
    active: false,
    startedAt,
    seconds,
    files,
    failedFiles,
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
