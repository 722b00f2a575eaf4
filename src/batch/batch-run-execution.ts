import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CoreDmsAccess } from '../coredms/connect.ts';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { faultOf, isDiskFull, messageOf, PlatformError, systemCode, type Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { programPath } from '../foundation/programs.ts';
import { nodeCommand } from '../processes/node-command.ts';
import type { ProcessWatcher } from '../processes/process-watcher.ts';
import { scrubbedEnvironment } from '../processes/scrubbed-environment.ts';
import type { ProcessEnd } from '../processes/supervised-process.ts';
import { SupervisedProcess } from '../processes/supervised-process.ts';
import type { Checkpoint } from '../protocol/checkpoints.ts';
import { checkpoint as checkpointSchema, noCounts } from '../protocol/checkpoints.ts';
import type { IngestionRecord, RunRecord } from '../protocol/ingestion-log.ts';
import type { BatchJob } from '../protocol/jobs.ts';
import type { OpenRun } from '../records/open-runs.ts';
import type { LiveRun } from './active-runs.ts';
import type { NamesAlike } from './admission.ts';
import type { FileHasher } from './file-hash.ts';
import { fileChanged, noRoomForRun, runnerNotStarted, tooManyAttempts } from './faults.ts';
import { hasToStay, RunFolder, runMark } from './run-folder.ts';
import type { FileVerdict } from './run-outcome.ts';
import { endOfAttempt, fileAtHand, judgeFile, judgeRun, progressOf, sumCounters } from './run-outcome.ts';
import type { RunPlan, RunVerdict, SetAside } from './run-plan.ts';
import type { RunUsage } from './run-usage.ts';
import { laterOf, nothingUsed, UsageFile, withAttempt, withCheckpoint } from './run-usage.ts';

export interface ExecutionPorts {
  folder: PlatformFolder;
  watcher: ProcessWatcher;
  hasher: FileHasher;
  /** The tenant's keyspace, which is there when this resolves. */
  coreDmsAccess: (tenant: string) => Promise<CoreDmsAccess>;
  /** Told when an attempt was not well: the keyspace may be gone that was there. */
  doubtCoreDms: (tenant: string) => void;
  /** Whether a file of the tenant may come back under another name, by its profile. */
  namesAlike: (tenant: string) => NamesAlike;
  /** A token that can only report for the tenant. */
  tokenOf: (tenant: string) => string;
  /** Where the control plane is now. */
  controlPlane: () => NonNullable<BatchJob['controlPlane']>;
  now: () => number;
}

/** A runner's three threads would each let 16 MiB of short-lived rows pile up, and half as much again; 8 are as fast. */
const runnerFlags = ['--max-semi-space-size=8'];
/**
 * The C library of Linux keeps more and more of what is freed for later, the larger the pieces were; a threshold that is set
 * stays what it is. 128 KiB is where it begins. A runner over a large file then has the memory of one over a small file.
 */
const runnerMemory = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

/** How often what a runner has used so far is noted, for it to be known should this process be killed. Milliseconds. */
const accountMs = 2000;

/** What came of one attempt at a run. */
export type Execution = { used: RunUsage } & (
  | { kind: 'over'; verdict: RunVerdict }
  /** It stays open. `furthest`: how far it has come in any attempt, see `progressOf`. */
  | { kind: 'interrupted'; cause: Fault | null; furthest: number }
);

/** What a run leaves behind. */
export interface RunResult {
  record: RunRecord;
  files: IngestionRecord[];
  /** Files that are in staging again: the names they have there, by those that the run took them under. */
  returned: ReadonlyMap<string, string>;
  /** Files that are to go back and have to stay with the run for now, and why. */
  kept: ReadonlyMap<string, Fault>;
}

/** Executes one open run: starts its runner, waits for its end, and settles its files. */
export class BatchRunExecution {
  readonly #run: OpenRun;
  readonly #plan: RunPlan;
  readonly #live: LiveRun;
  readonly #ports: ExecutionPorts;
  readonly #files: RunFolder;
  readonly #usage: UsageFile;
  #process: SupervisedProcess | undefined;
  /** Milliseconds, monotonic. */
  #processBeganAt = 0;
  #killedFor: Fault | null = null;

  constructor(run: OpenRun, plan: RunPlan, live: LiveRun, ports: ExecutionPorts) {
    this.#run = run;
    this.#plan = plan;
    this.#live = live;
    this.#ports = ports;
    this.#files = new RunFolder(ports.folder, run.tenant, run.runId);
    this.#usage = new UsageFile(this.#files.usagePath);
  }

  /** Ends the runner's processes at once, whatever it is doing. @param why where that counts as the cause of the attempt's end */
  async kill(why: Fault | null = null): Promise<void> {
    this.#killedFor ??= why;
    await this.#process?.kill();
  }

  /** Has the run executed, or goes on where it was cut off. Its files stay where they are. */
  async execute(): Promise<Execution> {
    const { job } = this.#plan;
    if (!job) return { kind: 'over', verdict: { outcome: 'done', cause: null }, used: nothingUsed };
    let checkpoint = await this.#checkpoint();
    let used = await this.#usedBefore(this.#plan, checkpoint);
    const before = checkpoint;
    const furthest = Math.max(this.#plan.furthest, progressOf(before));
    let end: ProcessEnd | undefined;
    // After a crash of the control plane the runner may have come to its end all the same.
    if (checkpoint?.ended?.outcome !== 'done') {
      try {
        end = await this.#runToEnd(job, used);
      } catch (error) {
        return { kind: 'interrupted', cause: whyNotStarted(error), furthest, used };
      }
      checkpoint = await this.#checkpoint();
      // One that was over before anybody looked has only its own word.
      const peakResidentBytes = end.peakResidentBytes || (checkpoint?.usage.peakRssBytes ?? 0);
      used = withCheckpoint(withAttempt(used, this.#secondsAtWork(), { ...end, peakResidentBytes }), checkpoint);
    }
    const reported = this.#live.status().report?.cause ?? null;
    const ended = endOfAttempt(end ? before : null, checkpoint);
    const known = { cancelled: this.#live.cancelled, reported, killedFor: this.#killedFor };
    const judged = judgeRun(job, ended, end ?? orderlyEnd, known);
    if (judged.kind !== 'over' || judged.outcome !== 'done') this.#ports.doubtCoreDms(this.#run.tenant);
    if (judged.kind === 'over') {
      const { outcome, cause } = judged;
      return { kind: 'over', verdict: { outcome, cause }, used };
    }
    // The platform may be about to stop, without a word in the metadata store.
    await this.#usage.write(used);
    return { ...judged, furthest: Math.max(furthest, progressOf(checkpoint)), used };
  }

  /** The verdict on a run that was tried often enough; its last cause is the one that counts. */
  giveUp(cause: Fault | null): RunVerdict {
    return { outcome: 'failed', cause: cause ?? tooManyAttempts(this.#run.attempts) };
  }

  /** Gives the work folder back; called once the result is recorded. */
  async cleanUp(): Promise<void> {
    await this.#files.remove();
  }

  /** @param before what earlier attempts have used */
  async #runToEnd(job: BatchJob, before: RunUsage): Promise<ProcessEnd> {
    const { watcher, folder, tokenOf, controlPlane, coreDmsAccess } = this.#ports;
    const { command, args, env } = nodeCommand(programPath('runner'), [], runnerFlags);
    const { target: coreDms, secrets: coreDmsSecrets } = await coreDmsAccess(this.#run.tenant);
    const runner = await SupervisedProcess.start(
      {
        name: `the runner of ${this.#run.runId}`,
        command,
        args,
        cwd: folder.work(this.#run.runId),
        env: { ...scrubbedEnvironment(), ...env, ...runnerMemory },
        marker: runMark(folder, this.#run.runId),
        ipc: true,
        // The runner keeps the time itself, for it knows how long it waited for its quota; one that is silent is ended.
        limits: { memoryBytes: job.limits.memoryMb * 2 ** 20, wallSeconds: Infinity },
        lowPriority: true,
      },
      watcher,
    );
    this.#process = runner;
    this.#processBeganAt = performance.now();
    const note = () => void this.#usage.write(withAttempt(before, this.#secondsAtWork(), runner.used));
    const accounts = setInterval(note, accountMs);
    void runner.ended.then(() => clearInterval(accounts));
    try {
      await writeFileAtomic(this.#files.runnerPath, JSON.stringify({ pid: runner.pid }));
      // The code may have changed since the run began, or the store: the runner then begins the file anew.
      const hash = await this.#ports.hasher.appHash(job.tenant, job.app, this.#plan.appTerms);
      const app = { ...job.app, hash: coreDms.kind === job.coreDms.kind ? hash : `${hash} into ${coreDms.kind}` };
      const token = tokenOf(this.#run.tenant);
      await runner.send({ job: { ...job, app, coreDms, controlPlane: controlPlane() }, token, coreDmsSecrets });
    } catch (error) {
      // Nobody else would: it waits for its job, and the next attempt starts another one.
      await runner.kill();
      throw error;
    }
    return runner.ended;
  }

  #secondsAtWork(): number {
    return (performance.now() - this.#processBeganAt) / 1000;
  }

  async #usedBefore({ used = nothingUsed }: RunPlan, checkpoint: Checkpoint | null): Promise<RunUsage> {
    return withCheckpoint(laterOf(used, await this.#usage.read()), checkpoint);
  }

  async #checkpoint(): Promise<Checkpoint | null> {
    let text: string;
    try {
      text = await readFile(this.#files.checkpointPath, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      // That it cannot be read now does not mean that nothing was done.
      throw error;
    }
    try {
      return checkpointSchema.parse(JSON.parse(text));
    } catch {
      // Of no help, ever: the run is judged by its process alone.
      return null;
    }
  }

  /** Moves the run's files to where they belong by its verdict. Can be repeated: what was moved stays. */
  async settle(plan: RunPlan, verdict: RunVerdict): Promise<RunResult> {
    const checkpoint = await this.#checkpoint();
    const used = await this.#usedBefore(plan, checkpoint);
    const files: IngestionRecord[] = [];
    const [returned, kept] = [new Map<string, string>(), new Map<string, Fault>()];
    const atHand = fileAtHand(this.#plan.job?.files.length ?? 0, checkpoint);
    for (const [index, file] of (this.#plan.job?.files ?? []).entries()) {
      const state = checkpoint?.files[index];
      const byRun = judgeFile(state, file.size, verdict, this.#plan.toleratedPercent, index <= atHand);
      const { outcome, cause } = await this.#unlessChanged(file, byRun);
      if (outcome === 'returned') {
        await this.#giveBack(file.name, returned, kept);
        continue;
      }
      const location = await this.#place(file.name, { outcome, cause });
      const counters = state?.counters ?? noCounts();
      const seconds = state?.seconds ?? 0;
      files.push({
        ...this.#facts(file.name, file.size),
        startedAt: state?.startedAt ?? this.#run.startedAt,
        endedAt: state?.endedAt ?? this.#ports.now(),
        seconds,
        outcome,
        sha256: file.sha256,
        counters,
        rowsPerSecond: rate(counters.read, seconds),
        bytesPerSecond: rate(counters.bytes, seconds),
        cause,
        warnings: state?.warnings ?? [],
        location,
        quarantine: counters.quarantined > 0 ? this.#ports.folder.display(file.quarantinePath) : null,
      });
    }
    for (const file of this.#plan.setAside) files.push(await this.#settleAside(file));
    // Whatever else lies in the work folder was never promised to anybody but the tenant.
    for (const name of await this.#files.kept()) {
      if (!kept.has(name)) await this.#giveBack(name, returned, kept);
    }
    return { record: this.#record(checkpoint, used, verdict, files), files, returned, kept };
  }

  /** The verdict on a file, unless somebody has written to it since it was taken: then more may be in it than was ingested. */
  async #unlessChanged<Outcome extends FileVerdict['outcome']>(
    file: Parameters<RunFolder['isChanged']>[0],
    { outcome, cause }: { outcome: Outcome; cause: Fault | null },
  ): Promise<{ outcome: Outcome | 'failed'; cause: Fault | null }> {
    const isWell = outcome !== 'failed' && outcome !== 'cancelled' && outcome !== 'returned';
    if (!isWell || !(await this.#files.isChanged(file))) return { outcome, cause };
    return { outcome: 'failed', cause: fileChanged(file.name) };
  }

  async #settleAside(file: SetAside): Promise<IngestionRecord> {
    const now = this.#ports.now();
    const { outcome, cause } = await this.#unlessChanged({ name: file.name, size: file.size }, file);
    return {
      ...this.#facts(file.name, file.size),
      startedAt: this.#run.startedAt,
      endedAt: now,
      seconds: 0,
      outcome,
      // That of what has come since is not known, and what the ledger has of the old one is another file's.
      sha256: outcome === file.outcome ? file.sha256 : null,
      counters: noCounts(),
      rowsPerSecond: 0,
      bytesPerSecond: 0,
      cause,
      warnings: [],
      location: await this.#place(file.name, { outcome, cause }),
      quarantine: null,
    };
  }

  #facts(file: string, fileBytes: number) {
    const { runId, batchNumber, tenant, app } = this.#run;
    return { runId, batchNumber, tenant, app, table: this.#plan.table, file, fileBytes };
  }

  async #giveBack(name: string, returned: Map<string, string>, kept: Map<string, Fault>): Promise<void> {
    try {
      returned.set(name, basename(await this.#files.giveBack(name, this.#ports.namesAlike(this.#run.tenant))));
    } catch (error) {
      if (!hasToStay(error)) throw error;
      kept.set(name, faultOf(error));
    }
  }

  /** Moves a settled file to where it belongs. @returns where it is now; null when somebody has removed it */
  async #place(name: string, { outcome, cause }: Pick<IngestionRecord, 'outcome' | 'cause'>): Promise<string | null> {
    if (outcome !== 'failed' && outcome !== 'cancelled') return this.#files.archive(name);
    return this.#files.quarantine(name, cause ?? unknownCause);
  }

  #record(checkpoint: Checkpoint | null, used: RunUsage, verdict: RunVerdict, files: IngestionRecord[]): RunRecord {
    const { runId, batchNumber, tenant, app, profileVersion, startedAt } = this.#run;
    const trigger = this.#run.recovered ? 'recovery' : this.#run.trigger;
    const endedAt = this.#ports.now();
    const { seconds } = used;
    const counters = sumCounters(files.map((file) => file.counters));
    const failed = files.filter((file) => file.outcome === 'failed');
    return {
      runId,
      batchNumber,
      tenant,
      app,
      profileVersion,
      trigger,
      startedAt,
      endedAt,
      seconds,
      outcome: verdict.outcome,
      files: files.length,
      failedFiles: failed.length,
      firstFailure: failed[0] ? { file: failed[0].file, cause: failed[0].cause ?? unknownCause } : null,
      fileBytes: files.reduce((sum, file) => sum + file.fileBytes, 0),
      counters,
      rowsPerSecond: rate(counters.read, seconds),
      bytesPerSecond: rate(counters.bytes, seconds),
      cpuSeconds: used.cpuSeconds,
      peakRssBytes: used.peakRssBytes,
      memoryMbSeconds: used.memoryMbSeconds,
      eventLoopDelayP99Ms: checkpoint?.usage.eventLoopDelayP99Ms ?? 0,
      cause: verdict.cause,
    };
  }
}

function whyNotStarted(error: unknown): Fault {
  if (isDiskFull(error)) return noRoomForRun(messageOf(error));
  return error instanceof PlatformError ? faultOf(error) : runnerNotStarted(messageOf(error));
}

/** How a process counts that ended in order before anybody watched it. */
const orderlyEnd: ProcessEnd = {
  reason: 'exited',
  exitCode: 0,
  signal: null,
  peakResidentBytes: 0,
  cpuSeconds: 0,
  stdoutTail: '',
  stderrTail: '',
  survivors: [],
};

const unknownCause: Fault = { code: 'UNKNOWN', message: 'the run ended without a cause' };

function rate(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
