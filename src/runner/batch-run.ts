import type { Fault } from '../foundation/errors.ts';
import { faultOf, PlatformError } from '../foundation/errors.ts';
import type { Checkpoint, Counters, FileCheckpoint } from '../protocol/checkpoints.ts';
import { noCounts, noUsage } from '../protocol/checkpoints.ts';
import type { BatchJob, ClusterSecrets, JobFile, RunnerStart } from '../protocol/jobs.ts';
import type { Directives, RunReport } from '../protocol/reports.ts';
import { AppClient } from './app/app-client.ts';
import { AppLog } from './app-log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { resumeState } from './checkpoint-store.ts';
import type { LinkedRun } from './control-link.ts';
import { ControlLink } from './control-link.ts';
import { changesNothing, FileFault, fileTimeout, leaseLost } from './faults.ts';
import { FileIngestion } from './file-ingestion.ts';
import { TokenBucket } from './quota.ts';
import { RunMeter } from './run-meter.ts';
import { WriterClient } from './write/writer-client.ts';

/** How often the time of the file at hand is looked at. Milliseconds. */
const timeCheckMs = 200;

/** One execution of a batch app over the files of a job, from wherever its checkpoint left off. */
export class BatchRun implements LinkedRun {
  readonly #job: BatchJob;
  readonly #token: string;
  readonly #coreDmsSecrets: ClusterSecrets;
  readonly #store: CheckpointStore;
  readonly #log = new AppLog();
  readonly #bucket: TokenBucket;
  /** Aborted with the cause when the run cannot go on. */
  readonly #abort = new AbortController();
  readonly #drain = new AbortController();
  #drainCause: PlatformError | undefined;
  #meter: RunMeter | undefined;
  #state: Checkpoint | undefined;
  #app: AppClient | undefined;
  #writer: WriterClient | undefined;
  #current: { ingestion: FileIngestion; state: FileCheckpoint; file: JobFile } | undefined;
  #timeSeen = { at: performance.now(), waitedMs: 0 };
  #phase: RunReport['state'] = 'starting';
  #sequence = 0;
  /** Files that the app at hand has seen from their first record on. */
  #seenWhole: FileCheckpoint[] = [];
  #stuck = false;
  #writerFailed = false;

  constructor({ job, token, coreDmsSecrets }: RunnerStart, store: CheckpointStore) {
    this.#job = job;
    this.#token = token;
    this.#coreDmsSecrets = coreDmsSecrets;
    this.#store = store;
    this.#bucket = new TokenBucket(job.rate);
  }

  /** Whether a thread is left that cannot be ended: the process then ends only when it is killed. */
  get stuck(): boolean {
    return this.#stuck;
  }

  /** Resolves with the final checkpoint, which is durable then. Failures are in it; only that it cannot be written is thrown. */
  async execute(): Promise<Checkpoint> {
    const state = resumeState(this.#job, await this.#store.load());
    // Nothing has to pass a quality gate, so the run flows through to the phase that loads.
    state.phase = 'load';
    this.#state = state;
    this.#meter = new RunMeter(state.usage);
    const { controlPlane, runId } = this.#job;
    const link = controlPlane ? new ControlLink(runId, controlPlane, this.#token, this) : undefined;
    const watch = setInterval(() => this.#checkTime(), timeCheckMs);
    try {
      await this.#save();
      await this.#ingestFiles(state);
      const complete = state.files.every((file) => file.state === 'done' || file.state === 'failed');
      state.ended = !complete
        ? { outcome: 'stopped', cause: this.#drainCause ? faultOf(this.#drainCause) : null }
        : { outcome: 'done', cause: null };
    } catch (error) {
      const cause = faultOf(error);
      state.ended = { outcome: error instanceof StopDirective ? 'stopped' : 'failed', cause };
    }
    clearInterval(watch);
    await this.#stopApp();
    try {
      await this.#save();
    } catch (error) {
      // Without a checkpoint that says how the run ended, the last report does.
      state.ended = { outcome: 'failed', cause: faultOf(error) };
      throw error;
    } finally {
      this.#phase = 'ended';
      await link?.dispose();
      // Last, when all is told: the store's native code takes the process with it when its thread ends in the middle of a call.
      await this.#writer?.dispose();
    }
    return state;
  }

  obey({ rate, drain, stop }: Directives): void {
    this.#bucket.setRate(rate);
    if (stop) this.#abort.abort(new StopDirective());
    else if (drain) this.#drain.abort();
    if (drain && this.#phase === 'running') this.#phase = 'draining';
  }

  /** Adds to the time of the file at hand, from one look to the next: what the platform makes it wait for is not the app's time. */
  #checkTime(): void {
    const { timeoutSeconds } = this.#job.limits;
    const { at, waitedMs } = this.#timeSeen;
    this.#timeSeen = { at: performance.now(), waitedMs: this.#bucket.waitedMs };
    if (!this.#current || this.#current.ingestion.waitsForStore) return;
    const { state, file } = this.#current;
    const workedMs = this.#timeSeen.at - at - (this.#timeSeen.waitedMs - waitedMs);
    // A process that stood still did not work.
    state.workedSeconds += Math.min(Math.max(0, workedMs), 5 * timeCheckMs) / 1000;
    if (state.workedSeconds > timeoutSeconds) this.#abort.abort(fileTimeout(file.name, timeoutSeconds));
  }

  leaseLost(seconds: number): void {
    this.#drainCause ??= leaseLost(seconds);
    this.#drain.abort();
  }

  report(sequence: number, last: boolean): RunReport {
    const counters = this.#sum();
    const usage = this.#meter?.usage() ?? noUsage();
    const current = this.#current;
    return {
      sequence,
      state: this.#phase,
      file: current
        ? {
            index: current.state.index,
            bytesRead: current.ingestion.source.bytesRead,
            size: current.file.size,
            counters: { ...current.ingestion.counters },
          }
        : null,
      counters,
      ...(this.#meter?.rates(counters) ?? { rowsPerSecond: 0, bytesPerSecond: 0 }),
      cpuSeconds: usage.cpuSeconds,
      rssBytes: process.memoryUsage.rss(),
      eventLoopDelayP99Ms: usage.eventLoopDelayP99Ms,
      ...this.#log.take(last),
      cause: this.#state?.ended?.cause ?? null,
    };
  }

  async #ingestFiles(state: Checkpoint): Promise<void> {
    const fail = (error: Error) => this.#abort.abort(error);
    const resumes = state.files.some(({ counters }) => counters.rows > 0);
    this.#writer = await WriterClient.start(this.#job, this.#coreDmsSecrets, resumes, {
      written: this.#guarded((notice) => this.#current?.ingestion.written(notice)),
      failed: (error) => {
        this.#writerFailed = true;
        fail(error);
      },
    });
    this.#phase = 'running';
    for (const [index, file] of this.#job.files.entries()) {
      const fileState = state.files[index];
      if (!fileState || fileState.state === 'done' || fileState.state === 'failed') continue;
      if (this.#drain.signal.aborted) return;
      // An app with state begins each file without it, so that a replay of the file gives the same rows.
      if (this.#job.app.stateful) await this.#endApp();
      this.#app ??= this.#startApp(fail);
      const finished = await this.#ingest(file, fileState);
      if (!finished) return;
    }
    await this.#endApp();
  }

  /** @returns false when the run drains before the file's end */
  async #ingest(file: JobFile, state: FileCheckpoint): Promise<boolean> {
    state.state = 'running';
    state.startedAt ??= Date.now();
    const app = this.#app;
    if (state.position.records === 0) this.#seenWhole.push(state);
    const ingestion = new FileIngestion(file, state, {
      job: this.#job,
      bucket: this.#bucket,
      send: (chunk) => app?.send(chunk),
      nextSequence: () => this.#sequence++,
      sync: async () => this.#writer?.sync(),
      save: () => this.#save(),
      writes: () => !this.#writerFailed,
      signal: this.#abort.signal,
      drain: this.#drain.signal,
    });
    this.#current = { ingestion, state, file };
    try {
      const finished = await ingestion.run();
      if (!finished) return false;
      if (this.#job.app.stateful) await this.#endApp();
      state.state = 'done';
      state.endedAt = Date.now();
    } catch (error) {
      // Whether the run is over with this, or tried again, is for the control plane to say.
      if (!(error instanceof FileFault)) throw error;
      state.state = 'failed';
      state.endedAt = Date.now();
      state.cause = faultOf(error);
    } finally {
      this.#current = undefined;
    }
    await this.#save();
    return true;
  }

  #startApp(fail: (error: Error) => void): AppClient {
    const { app, rows } = AppClient.start(this.#job, {
      wrangled: this.#guarded((notice) => this.#current?.ingestion.wrangled(notice)),
      failed: fail,
      log: (stream, text) => this.#log.add(stream, text),
      logDropped: (lines) => this.#log.drop(lines),
    });
    this.#writer?.connect(rows);
    return app;
  }

  /** A notice that makes no sense (an app can reach its thread's ports) fails the run, not the runner. */
  #guarded<T>(hear: (notice: T) => void): (notice: T) => void {
    return (notice) => {
      try {
        hear(notice);
      } catch (error) {
        this.#abort.abort(error);
      }
    };
  }

  /** Lets the app end in good order; that it did nothing is worth a warning. */
  async #endApp(): Promise<void> {
    if (!this.#app) return;
    try {
      const changed = await abortable(this.#app.finish(), this.#abort.signal);
      if (!changed) this.#warn(changesNothing(this.#job.app.name));
    } catch (error) {
      // Its files are done, so this is no failure of theirs; but whoever looks at them should know.
      if (!(error instanceof StopDirective)) this.#warn(faultOf(error));
      throw error;
    } finally {
      await this.#stopApp();
    }
  }

  async #stopApp(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    this.#seenWhole = [];
    if (app && !(await app.end())) this.#stuck = true;
  }

  /** Warns in the records of the files that the app has stored something of. */
  #warn(warning: Fault): void {
    for (const file of this.#seenWhole) if (file.counters.stored > 0) file.warnings.push(warning);
  }

  #sum(): Counters {
    const sum = noCounts();
    for (const file of this.#state?.files ?? []) {
      const { counters } = this.#current?.state === file ? this.#current.ingestion : file;
      for (const key of Object.keys(sum) as (keyof Counters)[]) sum[key] += counters[key];
    }
    return sum;
  }

  async #save(): Promise<void> {
    if (!this.#state) return;
    this.#state.usage = this.#meter?.usage() ?? this.#state.usage;
    await this.#store.save(this.#state);
  }
}

/** The control plane wants the run to end at once; its files stay where their checkpoints are. */
class StopDirective extends PlatformError {
  constructor() {
    super({ code: 'STOPPED', message: 'the run was stopped by the control plane' });
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
  ]);
}
