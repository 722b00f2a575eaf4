import type { Fault } from '../foundation/errors.ts';
import type { ProcessEnd } from '../processes/supervised-process.ts';
import type { Checkpoint, Counters, FileCheckpoint } from '../protocol/checkpoints.ts';
import { noCounts } from '../protocol/checkpoints.ts';
import type { FileOutcome } from '../protocol/ingestion-log.ts';
import type { BatchJob } from '../protocol/jobs.ts';
import { cancelled, emptyFile, runnerCrashed, runOutOfMemory, runTimeout, toleranceExceeded } from './faults.ts';

/** What happens to a run after its runner is gone. */
export type RunVerdict =
  /** It is over: its files are settled and recorded. */
  | { kind: 'over'; outcome: 'done' | 'failed' | 'cancelled'; cause: Fault | null }
  /** It goes on from its checkpoint when there is a control plane again. */
  | { kind: 'interrupted'; cause: Fault | null };

/** Judges a run by its durable checkpoint and the way its process ended. */
export function judgeRun(
  job: BatchJob,
  checkpoint: Checkpoint | null,
  end: ProcessEnd,
  wasCancelled: boolean,
): RunVerdict {
  const ended = checkpoint?.ended;
  if (ended?.outcome === 'done') return { kind: 'over', outcome: 'done', cause: null };
  if (wasCancelled) return { kind: 'over', outcome: 'cancelled', cause: cancelled() };
  if (ended?.outcome === 'failed') return { kind: 'over', outcome: 'failed', cause: ended.cause };
  if (ended?.outcome === 'stopped' || end.reason === 'killed')
    return { kind: 'interrupted', cause: ended?.cause ?? null };
  const { memoryMb, timeoutSeconds } = job.limits;
  const cause =
    end.reason === 'memory'
      ? runOutOfMemory(end.peakResidentBytes, memoryMb)
      : end.reason === 'timeout'
        ? runTimeout(timeoutSeconds)
        : runnerCrashed(
            end.signal ? `by signal ${end.signal}` : `with status ${end.exitCode ?? -1}`,
            lastWords(end.stderrTail),
          );
  return { kind: 'over', outcome: 'failed', cause };
}

/** What became of one file of a run that is over. `returned`: it never began and goes back to staging. */
export interface FileVerdict {
  outcome: FileOutcome | 'returned';
  cause: Fault | null;
}

export function judgeFile(
  state: FileCheckpoint | undefined,
  fileBytes: number,
  run: { outcome: 'done' | 'failed' | 'cancelled'; cause: Fault | null },
  toleratedPercent: number,
): FileVerdict {
  const began = state !== undefined && state.state !== 'pending';
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
