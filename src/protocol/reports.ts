import * as z from 'zod';
import { counters, fault } from './checkpoints.ts';
import { rateLimit } from './jobs.ts';

export const appLogLine = z.strictObject({
  /** Milliseconds since the epoch. */
  time: z.number(),
  stream: z.enum(['stdout', 'stderr', 'runner']),
  text: z.string().max(4096),
});
export type AppLogLine = z.infer<typeof appLogLine>;

/** What a runner tells the control plane about once a second. Reports may be lost: nothing durable hangs on them. */
export const runReport = z.strictObject({
  /** Ascending; an older report than the newest seen is ignored, except for its log lines. */
  sequence: z.number().int().nonnegative(),
  state: z.enum(['starting', 'running', 'draining', 'ended']),
  file: z
    .strictObject({
      index: z.number().int().nonnegative(),
      /** Bytes on disk that were read so far, and the file's size: progress. */
      bytesRead: z.number().nonnegative(),
      size: z.number().nonnegative(),
      counters,
    })
    .nullable(),
  /** Sums over the run's files. */
  counters,
  rowsPerSecond: z.number().nonnegative(),
  bytesPerSecond: z.number().nonnegative(),
  cpuSeconds: z.number().nonnegative(),
  rssBytes: z.number().nonnegative(),
  eventLoopDelayP99Ms: z.number().nonnegative(),
  log: z.array(appLogLine).max(200),
  /** Log lines left out since the last report because the app wrote more than is kept. */
  logDropped: z.number().int().nonnegative(),
  cause: fault.nullable(),
});
export type RunReport = z.infer<typeof runReport>;

/** What the control plane wants of a runner. Replies to reports and to long polls carry it whole. */
export const directives = z.strictObject({
  /** Ascending with every change. */
  version: z.number().int().nonnegative(),
  rate: rateLimit,
  /** Finish what was read, write the checkpoint, end. */
  drain: z.boolean(),
  /** End now; the checkpoint stays where it is. */
  stop: z.boolean(),
});
export type Directives = z.infer<typeof directives>;
