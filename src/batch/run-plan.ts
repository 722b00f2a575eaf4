import * as z from 'zod';
import { faultOf } from '../foundation/errors.ts';
import { batchJob } from '../protocol/jobs.ts';
import { cancelled, duplicateOf, fileGone } from './faults.ts';
import { runUsage } from './run-usage.ts';

/** A file that was taken out of staging for a run but does not go to the runner. */
const setAside = z.strictObject({
  name: z.string(),
  size: z.number(),
  sha256: z.string().nullable(),
  outcome: z.enum(['duplicate', 'failed', 'cancelled']),
  cause: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }),
});
export type SetAside = z.infer<typeof setAside>;

/** How a run ended. */
const runVerdict = z.object({
  outcome: z.enum(['done', 'failed', 'cancelled']),
  cause: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
});
export type RunVerdict = z.infer<typeof runVerdict>;

/** What the metadata store keeps of a run until it is over: enough to resume and to end it in another process. */
export const runPlan = z.strictObject({
  /** Null when every file was set aside. */
  job: batchJob.nullable(),
  table: z.string(),
  setAside: z.array(setAside),
  toleratedPercent: z.number(),
  /** See `appTerms`. */
  appTerms: z.string(),
  day: z.string(),
  /** Places of the platform's concurrent runs that the run takes. */
  places: z.number(),
  /** How far any attempt has come, see `progressOf`: an app with state begins its file anew each time. */
  furthest: z.number(),
  /** What keeps the run from going on until somebody does something about it; null when nothing does. */
  blocked: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  /** What cut off the newest attempt, where that is known. */
  cutOff: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable().optional(),
  /** What it has used by the end of its newest attempt. */
  used: runUsage.optional(),
  /** How the run ended, once that is known: from then on only its files are settled, as often as it takes. */
  verdict: runVerdict.nullable(),
});
export type RunPlan = z.infer<typeof runPlan>;

/** Names of all files that a run has taken out of staging. */
export function filesOf({ job, setAside }: RunPlan): string[] {
  return [...(job?.files ?? []), ...setAside].map(({ name }) => name);
}

/** Bytes of these files. */
export function bytesOf({ job, setAside }: RunPlan): number {
  return [...(job?.files ?? []), ...setAside].reduce((sum, { size }) => sum + size, 0);
}

/** For a file of a run whose bytes were taken before. */
export function asDuplicate(
  name: string,
  size: number,
  sha256: string,
  of: { file: string; runId: string; isPartial: boolean },
): SetAside {
  return { name, size, sha256, outcome: 'duplicate', cause: duplicateOf(of) };
}

/** For a file of a run that was cancelled while it was prepared. */
export function asCancelled(name: string, size: number): SetAside {
  return { name, size, sha256: null, outcome: 'cancelled', cause: cancelled() };
}

/** For a file that could not even be hashed. */
export function asUnreadable(name: string, size: number, error: unknown): SetAside {
  const { code, message } = faultOf(error, 'FILE_UNREADABLE');
  if (code === 'ENOENT') return { name, size, sha256: null, outcome: 'failed', cause: fileGone(name) };
  return {
    name,
    size,
    sha256: null,
    outcome: 'failed',
    cause: {
      code: code === 'EACCES' || code === 'EPERM' ? 'FILE_UNREADABLE' : code,
      message: `the file cannot be read: ${message}`,
      hint: 'let the user who runs the platform read it, and stage it again',
    },
  };
}
