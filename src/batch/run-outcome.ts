import { mayPass, type Fault } from '../foundation/errors.ts';
import type { ProcessEnd } from '../processes/supervised-process.ts';
import type { Checkpoint, Counters, FileCheckpoint } from '../protocol/checkpoints.ts';
import { noCounts } from '../protocol/checkpoints.ts';
import type { FileOutcome } from '../protocol/ingestion-log.ts';
import type { BatchJob } from '../protocol/jobs.ts';
import type { RunVerdict } from './run-plan.ts';
import { cancelled, emptyFile, runnerCrashed, runOutOfMemory, toleranceExceeded } from './faults.ts';

/** What happens to a run after its runner is gone. */
export type Judgement =
  /** It is over: its files are settled and recorded. */
  | { kind: 'over'; outcome: RunVerdict['outcome']; cause: Fault | null }
  /** It goes on from its checkpoint: it was asked to stop, or met a fault that may pass. */
  | { kind: 'interrupted'; cause: Fault | null };

/** Faults of the run's surroundings that may be gone by the next attempt; an app's own faults come again. */
const passing = new Set([
  'COREDMS_AWAY',
  'COREDMS_BUSY',
  'COREDMS_FORBIDDEN',
  'COREDMS_FULL',
  'COREDMS_LOGIN_REFUSED',
  'COREDMS_UNAVAILABLE',
  'COREDMS_UNTRUSTED',
  'DEADLINE_EXCEEDED',
  'DISK_FULL',
  'LEASE_LOST',
  'TABLE_CHANGED',
  'ENOSPC',
]);

/** For want of space, or of a server that may be trusted: somebody has to mend that, and until then every other run would meet the same. */
const waitedFor = new Set(['COREDMS_AWAY', 'COREDMS_FULL', 'COREDMS_UNTRUSTED', 'DISK_FULL', 'ENOSPC']);

/** Whether a run that was cut off for this is not given up, however often it is. */
export function isWaitedFor(cause: Fault | null): boolean {
  return cause !== null && waitedFor.has(cause.code);
}

/** The verdict on a run that is cancelled before its runner has said anything. */
export function cancelledVerdict(): RunVerdict {
  return { outcome: 'cancelled', cause: cancelled() };
}

/**
 * How the last attempt ended by its own account, by the checkpoints before and after it. Null when it has told of no end: a runner
 * that dies before it writes its first checkpoint leaves that of an earlier attempt, which must not count again.
 */
export function endOfAttempt(before: Checkpoint | null, after: Checkpoint | null): Checkpoint['ended'] {
  return after && after.attempt !== before?.attempt ? after.ended : null;
}

/**
 * Judges a run by the end that its durable checkpoint tells of and the way its process ended.
 * @param ended how this attempt ended by its own account; null when it has told of no end
 * @param known.cancelled whether a person has cancelled it
 * @param known.killedFor why the platform has ended its processes, where that was for something they did
 * @param known.reported the cause in the runner's last report, for a runner that could not write its checkpoint
 */
export function judgeRun(
  job: BatchJob,
  ended: Checkpoint['ended'],
  end: ProcessEnd,
  known: { cancelled: boolean; reported: Fault | null; killedFor: Fault | null },
): Judgement {
  if (ended?.outcome === 'done') return { kind: 'over', outcome: 'done', cause: null };
  if (known.cancelled) return { kind: 'over', outcome: 'cancelled', cause: cancelled() };
  if (ended?.outcome === 'failed') {
    const isPassing = ended.cause !== null && (passing.has(ended.cause.code) || mayPass(ended.cause.code));
    return isPassing
      ? { kind: 'interrupted', cause: ended.cause }
      : { kind: 'over', outcome: 'failed', cause: ended.cause };
  }
  const { memoryMb } = job.limits;
  if (end.reason === 'memory') {
    return { kind: 'over', outcome: 'failed', cause: runOutOfMemory(end.peakResidentBytes, memoryMb) };
  }
  if (ended?.outcome === 'stopped' || end.reason === 'killed') {
    return { kind: 'interrupted', cause: ended?.cause ?? known.killedFor };
  }
  if (known.reported) return { kind: 'interrupted', cause: known.reported };
  // Somebody else may have killed it; an app that does so every time makes no progress, and is given up for that.
  const how = end.signal ? `by signal ${end.signal}` : `with status ${end.exitCode ?? -1}`;
  return { kind: 'interrupted', cause: runnerCrashed(how, lastWords(end.stderrTail)) };
}

/**
 * The file that a run was at when it ended, by its index: the first that is not finished. It counts as begun even if its
 * checkpoint does not say so yet; otherwise an app that fails at its start would be given the same file for ever.
 */
export function fileAtHand(files: number, checkpoint: Checkpoint | null): number {
  for (let index = 0; index < files; index++) {
    const state = checkpoint?.files[index]?.state;
    if (state !== 'done' && state !== 'failed') return index;
  }
  return files;
}

/** How far a run has come, in records and finished files: whether an attempt got any further than the one before. */
export function progressOf(checkpoint: Checkpoint | null): number {
  let progress = 0;
  for (const file of checkpoint?.files ?? []) {
    progress += file.position.records + (file.state === 'done' || file.state === 'failed' ? 1 : 0);
  }
  return progress;
}

/** What became of one file of a run that is over. `returned`: it never began and goes back to staging. */
export interface FileVerdict {
  outcome: FileOutcome | 'returned';
  cause: Fault | null;
}

/** @param began whether the run has come to the file */
export function judgeFile(
  state: FileCheckpoint | undefined,
  fileBytes: number,
  run: RunVerdict,
  toleratedPercent: number,
  began: boolean,
): FileVerdict {
  if (run.outcome === 'cancelled' && state?.state !== 'done') return { outcome: 'cancelled', cause: run.cause };
  if (!began && run.outcome === 'failed') return { outcome: 'returned', cause: run.cause };
  if (state?.state !== 'done') return { outcome: 'failed', cause: state?.cause ?? run.cause };
  const { read, quarantined } = state.counters;
  if (read === 0) return { outcome: 'empty', cause: emptyFile(fileBytes) };
  const percent = (100 * quarantined) / read;
  if (percent > toleratedPercent) return { outcome: 'failed', cause: toleranceExceeded(percent, toleratedPercent) };
  return { outcome: quarantined > 0 ? 'partial' : 'ingested', cause: null };
}

export function sumCounters(all: readonly Counters[]): Counters {
  const sum = noCounts();
  for (const counters of all) {
    for (const key of Object.keys(sum) as (keyof Counters)[]) sum[key] += counters[key];
  }
  return sum;
}

/** The last line that says something, for the cause; the whole is in the log. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at ') && !line.startsWith('Node.js v'));
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 300);
}
