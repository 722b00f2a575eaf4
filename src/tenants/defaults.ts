import type { CsvFormat } from '../protocol/formats.ts';

/** What holds when neither profile, plan nor platform file says anything. docs/constraints.md gives the reasons. */
export const defaults = {
  /** Day quotas turn over at midnight there, and cron schedules are read in it. */
  timeZone: 'UTC',

  /**
   * What a compressed file may become, in times of its size: gzip makes real records a third to a twentieth, logs a hundredth, and
   * nothing less than 1032 times as small. A small file may become `leastMb` all the same, which is soon read.
   */
  decompressed: { times: 100, leastMb: 50 },

  /** What the rejected records of a file may take: its text and why, three times as much where records are of 100 bytes. */
  quarantine: { times: 5, leastMb: 50 },

  runtime: {
    /** Starts at once and needs nothing but Node. */
    kind: 'embedded',
    docker: {
      /** The official ones. */
      images: { cassandra: 'cassandra:5.0', kafka: 'apache/kafka:4.1.0' },
      /** One of each: three take three times the memory, and a laptop has no second machine for them to outlive. */
      nodes: 1,
      brokers: 1,
      /** A cold start takes 11 s on two quiet cores; a busy laptop may take ten times that. */
      readySeconds: 180,
    },
  },

  /** Clusters of somebody else, below `runtime.external`. */
  external: {
    /** Nobody's cluster is changed by what nobody has written. */
    provision: 'existing',
    verifyHostname: true,
  },

  /** What no tenant can exceed. */
  limits: {
    /** A control plane in an editor keeps that many profiles and staging folders in view without being felt. */
    maxTenants: 100,
    /** Delimited text and NDJSON, plain and gzipped. */
    extensions: ['csv', 'tsv', 'ndjson', 'jsonl', 'csv.gz', 'tsv.gz', 'ndjson.gz', 'jsonl.gz'],
    /** Others wait for a turn no longer than a run takes; the plan and the checkpoints of one keep every file of it. */
    maxFiles: 1000,
    /** Megabytes (10^6 bytes): hashing and spooling such a file still takes minutes, not hours. */
    maxFileSizeMb: 10_000,
    /** `decompressed.times` that of a file on disk. */
    maxDecompressedMb: null,
    /** One for each core of the smallest machine that the platform is meant for. */
    concurrentRuns: 2,
    /** MiB that one app may ask for: two runs of that size leave room on 8 GiB. */
    memoryMb: 2048,
    /** A day. */
    timeoutSeconds: 86_400,
  },

  /** No ceiling: what the machine gives. */
  capacity: { rowsPerSecond: null, mbPerSecond: null },

  plan: {
    /** All tenants alike. */
    weight: 1,
    /** Nothing is promised. */
    guaranteed: { rowsPerSecond: null, mbPerSecond: null },
  },

  batch: {
    files: {
      /** Enough to spread the start of a process over several files, few enough that others get their turn. */
      maxFiles: 10,
      /** The platform's limit. */
      maxFileSizeMb: null,
      /** By the size of the file at hand, see `decompressed`. */
      maxDecompressedMb: null,
      /** The platform's list. */
      extensions: null,
      /** Longer than the pause between two writes of a program that copies a file. */
      settleSeconds: 2,
      /** A file that was refused by mistake can be had by correcting the profile. */
      refused: 'leave',
    },
    /** No limit below the platform's capacity. */
    quota: { rowsPerSecond: null, mbPerSecond: null, mbPerDay: null },
    /** Files of a tenant come into a table in the order of arrival. */
    concurrency: 1,
  },

  app: {
    stateful: false,
    schedule: 'on-arrival',
    resources: {
      /** A runner and its app's thread seldom use more than one core together. */
      cpus: 1,
      /** MiB: Node takes about 100, chunks and the app's own objects the rest. */
      memoryMb: 512,
      /** 15 minutes for a file: ten million rows at 11,000 rows/s. */
      timeoutSeconds: 900,
    },
    tolerance: {
      /** Rejected records alone do not make a file a failure; the file counts as partial. */
      quarantinedPercent: 100,
      /** By the size of the file at hand, see `quarantine`. */
      maxQuarantineMb: null,
    },
    /** 1 MiB: far above real records, far below what an unbalanced quote would swallow. */
    maxRecordBytes: 1_048_576,
    /** A pure function needs less than a millisecond for a record. */
    chunkTimeoutSeconds: 30,
  },

  /** RFC 4180, with a header. The escape character is the quote character. */
  csv: {
    delimiter: ',',
    quote: '"',
    header: true,
    columns: null,
    nulls: [''],
    trim: false,
    encoding: 'utf-8',
    compression: 'auto',
  } satisfies Omit<CsvFormat, 'type' | 'escape'>,

  ndjson: { nulls: [''], encoding: 'utf-8', compression: 'auto' },
} as const;
