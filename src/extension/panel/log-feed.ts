import type { Feed } from './feed.ts';
import { readLogEntry } from './log-entry.ts';
import { passes } from './log-filter.ts';
import { LogFollower } from './log-follower.ts';
import type { MonitorSource } from './monitor-source.ts';
import { bounds, type Deltas, type LogFilter, type LogLine, type Snapshots } from './panel-protocol.ts';
import { RingBuffer } from './ring-buffer.ts';

/** Lines of all followed logs that are kept to choose from when the filter changes. */
const keptLines = 5000;
/** Ends of runs that are remembered, since each stands in the platform's log and in its tenant's. */
const rememberedRuns = 500;

/** Lines of the platform's log and of the logs of tenants that are active, under the panel's filter. */
export class LogFeed implements Feed<'log'> {
  readonly #say: (line: string) => void;
  readonly #kept = new RingBuffer<LogLine>(keptLines);
  readonly #unsent = new RingBuffer<LogLine>(bounds.logBatch);
  readonly #runs = new Set<string>();
  #filter: LogFilter = { level: 'info', tenant: null };
  #reset = false;
  #leftOut = 0;
  #follower: { root: string; logs: LogFollower } | undefined;

  constructor(say: (line: string) => void = () => undefined) {
    this.#say = say;
  }

  observe(source: MonitorSource | undefined): void {
    if (source?.folder.root !== this.#follower?.root) this.#followFolder(source);
    const active = (source?.status?.runs ?? []).map(({ tenant }) => tenant);
    // Beside them those that are there at all, when they are few: their last lines tell what happened before.
    const all = (source?.status?.tenants ?? []).map(({ tenant }) => tenant);
    this.#follower?.logs.follow([...active, ...(all.length <= 8 ? all : [])], this.#filter.tenant);
  }

  setFilter(filter: LogFilter): void {
    if (filter.level === this.#filter.level && filter.tenant === this.#filter.tenant) return;
    this.#filter = filter;
    this.#reset = true;
  }

  snapshot(): Snapshots['log'] {
    this.#reset = false;
    this.#unsent.clear();
    this.#leftOut = 0;
    const lines = this.#kept.toArray().filter((line) => passes(this.#filter, line));
    // Logs are read side by side: what was there before comes in order here.
    lines.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
    return { reset: true, filter: this.#filter, lines: lines.slice(-bounds.logLines), leftOut: 0 };
  }

  delta(): Deltas['log'] | undefined {
    if (this.#reset) return this.snapshot();
    if (this.#unsent.length === 0) return undefined;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return { reset: false, filter: this.#filter, lines: this.#unsent.drain(), leftOut };
  }

  dispose(): void {
    this.#follower?.logs.dispose();
    this.#follower = undefined;
  }

  #followFolder(source: MonitorSource | undefined): void {
    this.dispose();
    this.#kept.clear();
    this.#runs.clear();
    this.#reset = true;
    if (!source) return;
    const logs = new LogFollower(source.folder, (...entry) => this.#take(...entry), this.#say);
    this.#follower = { root: source.folder.root, logs };
  }

  #take(stored: string, tenant: string | null, since: number): void {
    const { line, run } = readLogEntry(stored, tenant);
    if (run !== undefined && this.#hasEnded(run)) return;
    this.#kept.push(line);
    if (!passes(this.#filter, line)) return;
    // What was there before is sent in its order with all the rest.
    if (line.time !== null && line.time < since) this.#reset = true;
    else if (this.#unsent.push(line)) this.#leftOut++;
  }

  /** Whether the end of a run was told already. */
  #hasEnded(run: string): boolean {
    if (this.#runs.has(run)) return true;
    this.#runs.add(run);
    const [oldest] = this.#runs;
    if (this.#runs.size > rememberedRuns && oldest !== undefined) this.#runs.delete(oldest);
    return false;
  }
}
