import type { Counters } from '../protocol/checkpoints.ts';
import type { RunRecord } from '../protocol/ingestion-log.ts';

/** Whether a run failed, or a file of it did: a run is done all the same when its files are at fault. */
export function hasFailed({ outcome, failedFiles }: Pick<RunRecord, 'outcome' | 'failedFiles'>): boolean {
  return outcome === 'failed' || (outcome === 'done' && failedFiles > 0);
}

/** Why a run failed, or the first of its files that did. */
export function failureOf({ cause, firstFailure }: Pick<RunRecord, 'cause' | 'firstFailure'>): RunRecord['cause'] {
  if (cause || !firstFailure) return cause;
  return { ...firstFailure.cause, message: `${firstFailure.file}: ${firstFailure.cause.message}` };
}

/** Whether a run has rejected all that it read: it is done, but nobody would call that a success. */
export function hasRejectedAll({ read, quarantined }: Pick<Counters, 'read' | 'quarantined'>): boolean {
  return read > 0 && quarantined === read;
}
