import * as z from 'zod';
import { byteLimit } from './byte-limits.ts';
import { fileFormat } from './formats.ts';
import { tableSpec } from './tables.ts';

/** How a Cassandra cluster is reached from this machine. */
export const cassandraCluster = z.strictObject({
  /** `host:port` of one node or more. */
  contactPoints: z.array(z.string()).min(1),
  localDataCenter: z.string(),
  /**
   * Addresses that nodes call themselves by, and the `host:port` where they are reached instead; others are reached as they
   * are.
   */
  addresses: z.record(z.string(), z.string()),
  /** Copies of every row. */
  replication: z.number().int().positive(),
});
export type CassandraCluster = z.infer<typeof cassandraCluster>;

/** Where CoreDms is for one tenant: in the embedded store, in the platform's own Cassandra, or in one of somebody else. */
export const coreDmsTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded'), file: z.string(), keyspace: z.string() }),
  z.strictObject({ kind: z.literal('cassandra'), cluster: cassandraCluster, keyspace: z.string() }),
  z.strictObject({ kind: z.literal('external'), cluster: cassandraCluster, keyspace: z.string() }),
]);
export type CoreDmsTarget = z.infer<typeof coreDmsTarget>;

/** A role of a cluster and its password. */
export const login = z.strictObject({ user: z.string(), password: z.string() });
export type Login = z.infer<typeof login>;

/** What a TLS client needs; all of it is PEM. */
export const tlsMaterial = z.strictObject({
  /** Undefined: the authorities that Node knows. */
  ca: z.string().optional(),
  /** The key is in clear, whatever its file is. */
  client: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
  /** Whether a certificate has to be of the host that was asked for. */
  verifyHostname: z.boolean(),
});
export type TlsMaterial = z.infer<typeof tlsMaterial>;

/** What a cluster lets a client in by. It is handed over in memory, never as part of a job. */
export const clusterSecrets = z.strictObject({
  /** Null: nobody logs in. */
  login: login.nullable(),
  /** Null: without TLS. */
  tls: tlsMaterial.nullable(),
});
export type ClusterSecrets = z.infer<typeof clusterSecrets>;

export const noSecrets: ClusterSecrets = { login: null, tls: null };

export const appForm = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('module'), entry: z.string() }),
  z.strictObject({ form: z.literal('command'), command: z.array(z.string()).min(1) }),
]);
export type AppForm = z.infer<typeof appForm>;

/** One input file, already out of the tenant's reach. */
export const jobFile = z.strictObject({
  /** As the tenant named it in staging. */
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  /** Bytes on disk, and time of the last change, at admission: a file that changes afterwards is not the one that was hashed. */
  size: z.number().int().nonnegative(),
  mtimeMs: z.number(),
  sha256: z.string(),
  /** At least as many as there are in it. */
  mostRecords: z.number().int().nonnegative(),
  /** Microseconds since the epoch, pinned at admission: record n of the file is written at `writeTimeMicros + n`. */
  writeTimeMicros: z.number().int().nonnegative(),
  /** Absolute path of the NDJSON file that takes the file's rejected records. */
  quarantinePath: z.string(),
});
export type JobFile = z.infer<typeof jobFile>;

/** A rate limit; null means none. */
export const rateLimit = z.strictObject({
  rowsPerSecond: z.number().positive().nullable(),
  bytesPerSecond: z.number().positive().nullable(),
});
export type RateLimit = z.infer<typeof rateLimit>;

/** Everything that a runner needs to execute one run; its secrets come beside it, never in it. */
export const batchJob = z.strictObject({
  kind: z.literal('batch'),
  runId: z.string(),
  tenant: z.string(),
  app: z.strictObject({
    name: z.string(),
    code: appForm,
    /** The app's own folder: working directory of a command. */
    folder: z.string(),
    stateful: z.boolean(),
    hash: z.string(),
  }),
  files: z.array(jobFile).min(1),
  format: fileFormat,
  table: tableSpec,
  coreDms: coreDmsTarget,
  rate: rateLimit,
  limits: z.strictObject({
    memoryMb: z.number().positive(),
    /** How long the app may work on one file. */
    timeoutSeconds: z.number().positive(),
    /** What a compressed file may become; one that becomes more fails there. */
    decompressed: byteLimit,
    /** What the rejected records of a file may take; one of which more are rejected fails there. */
    quarantine: byteLimit,
    /** Share of rejected records from which on a file is a failure: it fails as soon as that is certain. */
    toleratedPercent: z.number(),
    /** Longest record in bytes; a longer one is quarantined (its first bytes). */
    maxRecordBytes: z.number().int().positive(),
    /** How long an app may go without answering a record, in seconds. */
    chunkTimeoutSeconds: z.number().positive(),
  }),
  checkpointPath: z.string(),
  /** Whom to report to; null for a run that nobody watches (benchmarks). */
  controlPlane: z.strictObject({ url: z.string(), leaseSeconds: z.number().positive() }).nullable(),
});
export type BatchJob = z.infer<typeof batchJob>;

/** The first message to a runner, over IPC or a mounted file. */
export const runnerStart = z.strictObject({
  job: batchJob,
  token: z.string(),
  /** Of the tenant. */
  coreDmsSecrets: clusterSecrets,
});
export type RunnerStart = z.infer<typeof runnerStart>;
