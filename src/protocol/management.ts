import * as z from 'zod';
import { fault } from './checkpoints.ts';
import { fileOutcome, ingestionRecord } from './ingestion-log.ts';
import { rateLimit } from './jobs.ts';
import { runReport } from './reports.ts';
import { runtimeKind, serviceStatus } from './services.ts';

// What the management part of the control plane's HTTP API takes and gives.

/** A run that is being executed now. */
export const activeRun = z.strictObject({
  runId: z.string(),
  batchNumber: z.number().int(),
  tenant: z.string(),
  app: z.string(),
  startedAt: z.number(),
  /** File names in the order they are processed. */
  files: z.array(z.string()),
  rate: rateLimit,
  /** The newest report, null before the first. */
  report: runReport.omit({ log: true, logDropped: true }).nullable(),
});
export type ActiveRun = z.infer<typeof activeRun>;

/** A run that was cut off, or is over and not recorded yet, and waits for its next attempt. */
const waitingRun = z.strictObject({
  runId: z.string(),
  app: z.string(),
  files: z.array(z.string()),
  /** When, in milliseconds since the epoch, if there is a place then; null as long as its earlier process may be there. */
  at: z.number().nullable(),
  /** Why; null when that is not known. */
  cause: fault.nullable(),
});
export type WaitingRun = z.infer<typeof waitingRun>;

/** A run whose files have left staging and are hashed and held against the ledger, or that is ready and waits for a place. */
const preparingRun = z.strictObject({
  runId: z.string(),
  app: z.string(),
  files: z.array(z.string()),
  bytes: z.number(),
  hashedBytes: z.number(),
  ready: z.boolean(),
});
export type PreparingRun = z.infer<typeof preparingRun>;

export const tenantStatus = z.strictObject({
  tenant: z.string(),
  registered: z.boolean(),
  enabled: z.boolean(),
  /** Why the tenant cannot ingest now; null when it can. */
  problem: fault.nullable(),
  plan: z.string().nullable(),
  apps: z.array(z.string()),
  /** Files that wait in staging for a run, or are in one that is being prepared, and their bytes. */
  waitingFiles: z.number().int(),
  waitingBytes: z.number(),
  runningFiles: z.number().int(),
  /** Runs that are being prepared, or wait for their first place. Absent when there are none. */
  preparing: z.array(preparingRun).optional(),
  /** Runs that wait for their next attempt, of many the first; their files neither wait nor run. Absent when there are none. */
  retries: z.array(waitingRun).optional(),
  /** Files that are kept out of staging's runs for good as they are, and stay there: the ingestion log has why. */
  refusedFiles: z.number().int().default(0),
  /** Files that wait in staging for a day whose quota reaches them; they do not count as waiting. */
  deferredFiles: z.number().int().default(0),
});
export type TenantStatus = z.infer<typeof tenantStatus>;

export const platformStatus = z.strictObject({
  platform: z.string(),
  folder: z.string(),
  runtime: runtimeKind,
  /** Cassandra and Kafka; none on the embedded runtime. */
  services: z.array(serviceStatus),
  pid: z.number().int(),
  startedAt: z.number(),
  /** Grows whenever the status changes; a long poll asks for a newer one. */
  revision: z.number().int(),
  /** Grows with each run that is recorded, and when records are deleted: who shows the logs looks again then. */
  recordedRuns: z.number().int(),
  tenants: z.array(tenantStatus),
  runs: z.array(activeRun),
  eventLoopDelayP99Ms: z.number(),
});
export type PlatformStatus = z.infer<typeof platformStatus>;

/** Run what waits in staging now, of one tenant or all, of one app or all, whatever their schedules. */
export const batchDemand = z.strictObject({ tenant: z.string().optional(), app: z.string().optional() });
export type BatchDemand = z.infer<typeof batchDemand>;

/** How a demand stands: finished when nothing that it covers waits or runs any more. */
export const demandStatus = z.strictObject({
  id: z.string(),
  finished: z.boolean(),
  /** Files that still wait (not deferred ones), and runs that are being executed for it. */
  waitingFiles: z.number().int(),
  runs: z.array(activeRun),
  /** Records of its files so far: of the first 20,000 that ended. */
  recorded: z.number().int(),
  /** The next of these records, in the order they ended, behind those that who asks has already; a page of them at most. */
  records: z.array(ingestionRecord),
  /** How many more have ended, by outcome; the ingestion log has their records. */
  further: z.partialRecord(fileOutcome, z.number().int()).optional(),
  /** Its files that are still being written to, of many the first: it waits for them; once it is finished, it did no longer. */
  stillWritten: z.array(z.strictObject({ tenant: z.string(), file: z.string() })).optional(),
});
export type DemandStatus = z.infer<typeof demandStatus>;

export const tenantChange = z.strictObject({ enabled: z.boolean() });

/** Records of a log that are given at once: more would hold up everybody else for as long as it takes to write them. */
const mostLogRecords = 1000;

/** Which records of a log, the newest first. */
export const logQuery = z.object({
  tenant: z.string().optional(),
  runId: z.string().optional(),
  /** Of files: only those of which this became. */
  outcome: fileOutcome.optional(),
  /** Records at most. */
  limit: z.coerce.number().int().min(1).max(mostLogRecords).default(100),
  /** How many of the newest are left out: those of the pages before. */
  skip: z.coerce.number().int().min(0).optional(),
});
export type LogQuery = z.infer<typeof logQuery>;

/** `.mysimbdp/control-plane.json` */
export const controlPlaneLocation = z.strictObject({
  url: z.string(),
  pid: z.number().int(),
  startedAt: z.number(),
  token: z.string(),
});
export type ControlPlaneLocation = z.infer<typeof controlPlaneLocation>;

/** `.mysimbdp/stopped.json` */
export const controlPlaneStop = controlPlaneLocation.pick({ pid: true, startedAt: true });

/** Problem details (RFC 9457), with the platform's code and hint as extension members. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.string(),
  hint: z.string().optional(),
});
export type ProblemDetails = z.infer<typeof problemDetails>;
