import * as z from 'zod';

export const fault = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

const count = z.number().int().nonnegative();

/** What became of the records of a file. Whenever a file is at rest: read = stored + filtered + quarantined. */
export const counters = z.strictObject({
  /** Decoded bytes of the records read, after decompression and transcoding. */
  bytes: count,
  read: count,
  stored: count,
  filtered: count,
  quarantined: count,
  /** Rows written to CoreDms; a record can give several. */
  rows: count,
});
export type Counters = z.infer<typeof counters>;

export function noCounts(): Counters {
  return { bytes: 0, read: 0, stored: 0, filtered: 0, quarantined: 0, rows: 0 };
}

/** Where a file continues: the end of the last contiguous acknowledged record, in decoded bytes, lines and records. */
export const position = z.strictObject({ bytes: count, lines: count, records: count });
export type Position = z.infer<typeof position>;

/** Phases of a run; without a quality gate a run flows through all at once and its phase is `load` from the start. */
export const phase = z.enum(['spool', 'gate', 'load']);

export const fileCheckpoint = z.strictObject({
  /** The file's index in the job. */
  index: count,
  state: z.enum(['pending', 'running', 'done', 'failed']),
  position,
  counters,
  /** Names of the columns, once the header was read. */
  columns: z.array(z.string()).nullable(),
  /** Length in bytes of the file's quarantine file that belongs to `position`; what is behind it is cut off on resume. */
  quarantineBytes: count,
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Seconds spent on the file over all attempts. */
  seconds: z.number(),
  /** Of these, since it was last begun from its start: those that count for the app's `timeoutSeconds`. */
  workedSeconds: z.number().default(0),
  cause: fault.nullable(),
  warnings: z.array(fault),
});
export type FileCheckpoint = z.infer<typeof fileCheckpoint>;

/** The durable state of a run, written by its runner only. */
export const checkpoint = z.strictObject({
  runId: z.string(),
  /** Which attempt wrote it, from 1: what ended an earlier one says nothing of the next. */
  attempt: count,
  phase,
  /** Hash of the app's code and of what the profile says of it; a stateful or changed app starts its file anew. */
  appHash: z.string(),
  files: z.array(fileCheckpoint),
  /** Set when the runner came to an orderly end. */
  ended: z.strictObject({ outcome: z.enum(['done', 'failed', 'stopped']), cause: fault.nullable() }).nullable(),
  /** Of the runner's own process, over all attempts. */
  usage: z.strictObject({
    seconds: z.number().default(0),
    cpuSeconds: z.number(),
    peakRssBytes: z.number(),
    eventLoopDelayP99Ms: z.number(),
  }),
});
export type Checkpoint = z.infer<typeof checkpoint>;

export function noUsage(): Checkpoint['usage'] {
  return { seconds: 0, cpuSeconds: 0, peakRssBytes: 0, eventLoopDelayP99Ms: 0 };
}
