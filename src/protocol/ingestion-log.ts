import * as z from 'zod';
import { counters, fault } from './checkpoints.ts';

/**
 * What became of a file.
 * - `ingested`: every record is stored or filtered;
 * - `partial`: some records are in quarantine;
 * - `empty`: no record in it;
 * - `duplicate`: the same app has ingested the same bytes before;
 * - `refused`: a constraint keeps it out; `deferred`: the day's quota is used up, it waits in staging;
 * - `failed`: the run or the file broke, the file is in quarantine with a reason; `cancelled`: ended on demand.
 */
export const fileOutcome = z.enum([
  'ingested',
  'partial',
  'empty',
  'duplicate',
  'refused',
  'deferred',
  'failed',
  'cancelled',
]);
export type FileOutcome = z.infer<typeof fileOutcome>;

/** One record of the ingestion log: a file of a run, or a file that never got into one (`runId` null). */
export const ingestionRecord = z.strictObject({
  runId: z.string().nullable(),
  /** Number of the run within its tenant, from 1; null when there was no run. */
  batchNumber: z.number().int().nullable(),
  tenant: z.string(),
  app: z.string().nullable(),
  table: z.string().nullable(),
  file: z.string(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  endedAt: z.number(),
  seconds: z.number(),
  outcome: fileOutcome,
  /** Size on disk. */
  fileBytes: z.number(),
  sha256: z.string().nullable(),
  counters,
  rowsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  cause: fault.nullable(),
  warnings: z.array(fault),
  /** Where the file is now, and where its rejected records are; relative to the platform folder. */
  location: z.string().nullable(),
  quarantine: z.string().nullable(),
});
export type IngestionRecord = z.infer<typeof ingestionRecord>;

/** One record a run. */
export const runRecord = z.strictObject({
  runId: z.string(),
  batchNumber: z.number().int(),
  tenant: z.string(),
  app: z.string(),
  /** Hash of the profile that the run began with. */
  profileVersion: z.string(),
  trigger: z.enum(['arrival', 'cron', 'demand', 'recovery']),
  startedAt: z.number(),
  endedAt: z.number(),
  /** While its processes were at work, over all attempts: pauses between them, as for a full disk, are not in it. */
  seconds: z.number(),
  outcome: z.enum(['done', 'failed', 'cancelled']),
  files: z.number().int(),
  /** How many of them failed, also of a run that is done. */
  failedFiles: z.number().int().default(0),
  /** The first of those. */
  firstFailure: z.strictObject({ file: z.string(), cause: fault }).nullable().default(null),
  fileBytes: z.number(),
  counters,
  rowsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  /** Of its processes, those of a command included, over all attempts. */
  cpuSeconds: z.number(),
  peakRssBytes: z.number(),
  /** Of each attempt its peak times its seconds, in MiB·s. */
  memoryMbSeconds: z.number().default(0),
  eventLoopDelayP99Ms: z.number(),
  cause: fault.nullable(),
});
export type RunRecord = z.infer<typeof runRecord>;

const spread = z.strictObject({ p50: z.number(), p95: z.number(), max: z.number() });

/** Sums and spreads over the ingestion log; for the platform, a tenant, a day or an app. */
export const statistics = z.strictObject({
  runs: z.number(),
  files: z.number(),
  /** Files by outcome; outcomes that did not occur are absent. */
  outcomes: z.partialRecord(fileOutcome, z.number()),
  fileBytes: z.number(),
  counters,
  /** Files that ended ingested, partial, empty or duplicate ÷ files that are no longer waiting; null without files. */
  successRate: z.number().nullable(),
  /** Over files that stored or read at least one record. */
  rowsPerSecond: spread,
  seconds: spread,
  cpuSeconds: z.number(),
  /** Resident memory over time, in MiB·s: of each attempt at a run its peak times its seconds. */
  memoryMbSeconds: z.number(),
});
export type Statistics = z.infer<typeof statistics>;

/** `key` is a tenant, a day (YYYY-MM-DD in the platform's time zone) or `<tenant>.<app>`. */
export const statisticsReport = z.strictObject({
  total: statistics,
  byTenant: z.array(z.strictObject({ key: z.string(), statistics })),
  byDay: z.array(z.strictObject({ key: z.string(), statistics })),
  byApp: z.array(z.strictObject({ key: z.string(), statistics })),
});
export type StatisticsReport = z.infer<typeof statisticsReport>;
