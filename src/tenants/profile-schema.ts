import * as z from 'zod';
import { cqlScalars, parseCqlType } from '../coredms/cql-types.ts';
import { isName, maxNameLength, namePattern } from '../foundation/names.ts';
import { externalRuntime } from './external-schema.ts';

// One schema is the truth for the two YAML files: their types, their checks, and the JSON Schema that editors use
// (media/*.schema.json, generated). Defaults that come from a plan or the platform stay absent here; `effective-profile`
// fills them in.

// The checks that JSON Schema cannot say by itself are refinements; `meta` says to editors as much as can be said, and
// `params.code` is the code of the diagnostic.
const name = z
  .string()
  .refine(isName, {
    error: `is not a name: lower-case letters, digits and single underscores, at most ${maxNameLength} characters`,
    params: { code: 'INVALID_NAME' },
  })
  .meta({
    description: `Lower-case letters, digits and single underscores, at most ${maxNameLength} characters.`,
    pattern: namePattern.source,
    maxLength: maxNameLength,
  });

const positive = z.number().positive();
const whole = z.number().int().positive();
/** Longest time that a limit can be, in seconds: a timer of Node overflows a little later. */
const maxSeconds = 2_000_000;
const seconds = positive.max(maxSeconds);
// A runner takes up to 190 MiB for itself and a simple app.
const memoryMb = z.number().int().min(256);

const delimiter = z
  .string()
  .regex(/^[^\0\n\r\x80-\uffff]$/, { error: 'must be one ASCII character; write a tab as "\\t" in double quotes' });
const characterOrNone = z
  .string()
  .regex(/^([^\0\n\r\x80-\uffff]|none)$/, { error: 'must be one ASCII character, or the word none' });

const batchFiles = z.strictObject({
  maxFiles: whole.optional().describe('Files a run takes at most; more wait for the next run.'),
  maxFileSizeMb: positive.optional().describe('Largest file, in megabytes (10^6 bytes); a larger one is refused.'),
  maxDecompressedMb: positive
    .optional()
    .describe(
      'Most that a compressed file may become, in megabytes (10^6 bytes); one that becomes more fails there. Default: 100 times the size of the file at hand, at least 50.',
    ),
  extensions: z
    .array(
      z.string().regex(/^[a-z0-9]+(\.[a-z0-9]+)?$/, {
        error: 'write the extension in lower case without the leading dot, like tsv or csv.gz',
      }),
    )
    .min(1)
    .optional()
    .describe('File name endings that are taken, without the dot.'),
  settleSeconds: z
    .number()
    .nonnegative()
    .max(3600)
    .optional()
    .describe('A file counts as complete when its size and time have not changed for this long.'),
  refused: z
    .enum(['leave', 'quarantine'])
    .optional()
    .describe(
      'What happens to a refused file: it stays in staging untouched, or it goes to quarantine with a reason file.',
    ),
});

const batchQuota = z.strictObject({
  rowsPerSecond: positive.optional().describe('Records a second, counted right after decoding.'),
  mbPerSecond: positive.optional().describe('Megabytes (10^6 bytes) a second, counted right after decoding.'),
  mbPerDay: positive
    .optional()
    .describe(
      'Megabytes (10^6 bytes) of files a day, in the time zone of the platform; what is over waits for the next day.',
    ),
});

const batchConstraints = z.strictObject({
  files: batchFiles.optional(),
  quota: batchQuota.optional(),
  concurrency: whole.optional().describe('Runs of this tenant at one time.'),
});

const anyCase = (word: string) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const anyCaseOf = (words: readonly string[]) => words.map(anyCase).join('|');

const column = z
  .string()
  .refine((type) => !('error' in parseCqlType(type)), {
    error: (issue) => {
      const parsed = parseCqlType(String(issue.input));
      return 'error' in parsed ? parsed.error : '';
    },
    params: { code: 'INVALID_CQL_TYPE' },
  })
  .meta({
    description: 'A CQL type: a scalar, or list<…>, set<…>, map<…, …>.',
    // The enumeration is what editors complete, the pattern lets through every other spelling.
    anyOf: [
      { enum: [...cqlScalars, 'list<text>', 'set<text>', 'map<text, text>'] },
      { pattern: `^\\s*(${anyCaseOf(cqlScalars)})\\s*$` },
      { pattern: `^\\s*(${anyCase('frozen')}\\s*<\\s*)?(${anyCaseOf(['list', 'set', 'map'])})\\s*<.+>\\s*$` },
    ],
  });

/** What Cassandra and an editor still handle well. */
const maxColumns = 1000;
const maxKeyColumns = 20;
const maxApps = 100;

const table = z.strictObject({
  columns: z
    .record(name, column)
    .refine((columns) => Object.keys(columns).length > 0, { error: 'needs at least one column' })
    .refine((columns) => Object.keys(columns).length <= maxColumns, { error: `takes at most ${maxColumns} columns` })
    .meta({ description: 'Column names and their CQL types.', minProperties: 1, maxProperties: maxColumns }),
  partitionKey: z
    .array(z.string())
    .min(1)
    .max(maxKeyColumns)
    .describe('Columns that decide on which node a row lives; rows are found and spread by them.'),
  clusteringKey: z
    .array(z.string())
    .max(maxKeyColumns)
    .optional()
    .describe('Columns that, with the partition key, make a row unique, and its order within the partition.'),
});

const encoding = z.enum(['utf-8', 'utf-16le', 'latin1']).optional().describe('Default: utf-8.');
const compression = z
  .enum(['auto', 'none', 'gzip'])
  .optional()
  .describe('auto (the default) looks at the first bytes of the file.');

const csv = z.strictObject({
  type: z.literal('csv').describe('Delimited text: CSV or TSV.'),
  delimiter: delimiter.optional().describe('Default: comma; "\\t" for TSV.'),
  quote: characterOrNone.optional().describe('Default: the double quote; none for plain TSV.'),
  escape: characterOrNone.optional().describe('Default: the quote character, doubled.'),
  header: z.boolean().optional().describe('Whether the first record names the columns. Default: true.'),
  columns: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('The columns a file has to have. Required without a header.'),
  nulls: z.array(z.string()).optional().describe('Field texts that mean "no value". Default: the empty text.'),
  trim: z.boolean().optional().describe('Cut white space around fields. Default: false.'),
  encoding,
  compression,
});
const ndjson = z.strictObject({
  type: z.literal('ndjson').describe('One JSON object a line.'),
  nulls: z.array(z.string()).optional().describe('Texts that mean "no value". Default: the empty text.'),
  encoding,
  compression,
});

const app = z.strictObject({
  name,
  kind: z.literal('batch').describe('clientbatchingestapp: files.'),
  entry: z.string().min(1).optional().describe('A module below the tenant folder, TypeScript or JavaScript.'),
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Any program that reads and writes NDJSON; it runs in folder apps/<name>.'),
  stateful: z
    .boolean()
    .optional()
    .describe('Whether the app keeps state between records; it then resumes a file from its start.'),
  files: z.string().min(1).describe('Glob over file names in staging.'),
  format: z.discriminatedUnion('type', [csv, ndjson]).describe('What the files look like.'),
  table: z.string().describe('A table of this profile.'),
  resources: z
    .strictObject({
      cpus: positive.optional().describe('Enforced in containers; elsewhere a scheduling weight.'),
      memoryMb: memoryMb.optional().describe('Resident memory of the whole process tree, in MiB.'),
      timeoutSeconds: seconds
        .optional()
        .describe('How long the app may work on one file; waiting for its quota and for CoreDms apart.'),
    })
    .optional(),
  schedule: z.string().min(1).optional().describe('on-arrival (default), manual, or a cron expression.'),
  tolerance: z
    .strictObject({
      quarantinedPercent: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe(
          'Share of records in quarantine up to which a file counts as success. Default: 100 for the file, reported as partial. With less, a file fails as soon as it has too many.',
        ),
      maxQuarantineMb: positive
        .optional()
        .describe(
          'Most that the rejected records of a file may take, in megabytes (10^6 bytes); a file of which more are rejected fails there. Default: 5 times the size of the file, at least 50.',
        ),
    })
    .optional(),
  maxRecordBytes: whole
    .max(64 * 1024 * 1024)
    .optional()
    .describe('Longest record in bytes; a longer one goes to quarantine. Default: 1 MiB.'),
  chunkTimeoutSeconds: seconds.optional().describe('How long the app may go without answering a record. Default: 30.'),
});

/** `tenants/<tenant>/tenant.yaml`: the tenant service profile. */
export const tenantProfileSchema = z.strictObject({
  tenant: name.describe('The name of the tenant; that of its folder.'),
  plan: name.optional().describe('A plan of mysimbdp.yaml; its values are the defaults of this profile.'),
  batch: batchConstraints.optional(),
  tables: z.record(name, table).describe('The tables of the tenant: its keyspace in CoreDms.'),
  apps: z.array(app).max(maxApps).describe('The ingestion apps of the tenant.'),
});
export type TenantProfileFile = z.infer<typeof tenantProfileSchema>;
export type ProfileApp = z.infer<typeof app>;

const rates = {
  rowsPerSecond: positive.optional().describe('Records a second.'),
  mbPerSecond: positive.optional().describe('Decoded megabytes (10^6 bytes) a second.'),
};

const plan = z.strictObject({
  weight: positive.describe('Share of the capacity relative to the other tenants that are active.'),
  guaranteed: z.strictObject(rates).optional().describe('A tenant of this plan never gets less while it has work.'),
  batch: batchConstraints.optional(),
  resources: app.shape.resources.describe('Defaults for the apps of the plan.'),
});
export type Plan = z.infer<typeof plan>;

const image = z
  .string()
  .regex(/^[a-z0-9][\w.:@/-]*$/, { error: 'write an image like cassandra:5.0 or registry.example/team/kafka:4.1.0' });

const clusterSize = z.literal([1, 3], { error: 'must be 1 or 3' });

const runtime = z.strictObject({
  kind: z
    .enum(['auto', 'embedded', 'docker', 'external'])
    .optional()
    .describe(
      'Where Cassandra and Kafka come from: docker; external, clusters that there are already; embedded (the default) does without them; auto is docker where an engine answers, else embedded.',
    ),
  docker: z
    .strictObject({
      host: z
        .string()
        .regex(/^(unix|npipe|tcp|http|https|ssh):\/\//, {
          error: 'write it as DOCKER_HOST has it, like unix:///var/run/docker.sock',
        })
        .optional()
        .describe('The container engine, as DOCKER_HOST has it. Default: the one that the docker command line uses.'),
      images: z
        .strictObject({
          cassandra: image.optional().describe('Default: cassandra:5.0.'),
          kafka: image.optional().describe('Default: apache/kafka:4.1.0.'),
        })
        .optional(),
      nodes: clusterSize
        .optional()
        .describe(
          'Nodes of Cassandra, 1 (the default) or 3, of which any one may be away. Stays as it is until a purge.',
        ),
      brokers: clusterSize
        .optional()
        .describe(
          'Brokers of Kafka, 1 (the default) or 3, of which any one may be away. Stays as it is until a purge.',
        ),
      readySeconds: seconds
        .optional()
        .describe('How long a server may take until it answers; then the start fails. Default: 180.'),
    })
    .optional(),
  external: externalRuntime.optional(),
});

/** `mysimbdp.yaml`: the platform's own constraints, which no tenant can exceed, and the registered tenants. */
export const platformFileSchema = z.strictObject({
  platform: name.describe('The name of the platform.'),
  timeZone: z.string().optional().describe('IANA time zone of the day quotas and cron schedules. Default: UTC.'),
  limits: z
    .strictObject({
      maxTenants: whole.optional().describe('Tenants that can be registered.'),
      extensions: batchFiles.shape.extensions.describe('File name endings that a tenant can ask for, without the dot.'),
      maxFiles: whole.optional().describe('Most files that a profile can have in one run.'),
      maxFileSizeMb: positive.optional().describe('Largest file of any tenant, in megabytes (10^6 bytes).'),
      maxDecompressedMb: positive
        .optional()
        .describe(
          'Most that a compressed file of any tenant may become, in megabytes (10^6 bytes). Default: 100 times maxFileSizeMb.',
        ),
      concurrentRuns: whole.optional().describe('Runs of all tenants at one time.'),
      memoryMb: memoryMb.optional().describe('Most memory that one app can ask for, in MiB.'),
      timeoutSeconds: seconds.optional().describe('Longest time for a file that an app can ask for.'),
    })
    .optional(),
  capacity: z
    .strictObject(rates)
    .optional()
    .describe('Ceiling of the whole platform, shared by weight among active tenants.'),
  runtime: runtime.optional().describe('The services beside the managers.'),
  plans: z.record(name, plan).optional().describe('What tenants can subscribe to; their values are defaults.'),
  tenants: z
    .array(
      z.strictObject({
        name,
        enabled: z.boolean().optional().describe('Whether the platform ingests for the tenant. Default: true.'),
      }),
    )
    .optional()
    .describe('The registered tenants.'),
});
export type PlatformFile = z.infer<typeof platformFileSchema>;
