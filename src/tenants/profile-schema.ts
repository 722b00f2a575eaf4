import { z } from 'zod';
import { isName } from '../foundation/names.ts';
import { parseCqlType } from '../coredms/cql-types.ts';

// One schema is the truth for the two YAML files: their types, their checks, and the JSON Schema that editors use
// (media/*.schema.json, generated). Defaults that come from a plan or the platform stay absent here; `effective-profile`
// fills them in.

const name = z
  .string()
  .refine(isName, {
    error: 'must match [a-z][a-z0-9]*(_[a-z0-9]+)* and have at most 40 characters',
  })
  .describe('Lower-case letters, digits and single underscores, at most 40 characters.');

const positive = z.number().positive();
const whole = z.number().int().positive();
const oneCharacter = z.string().regex(/^[\x01-\x7f]$/, { error: 'must be one ASCII character' });

const batchFiles = z.strictObject({
  maxFiles: whole.optional().describe('Files a run takes at most; more wait for the next run.'),
  maxFileSizeMb: positive.optional().describe('Largest file, in megabytes (10^6 bytes); a larger one is refused.'),
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

const column = z
  .string()
  .refine((type) => !('error' in parseCqlType(type)), {
    error: (issue) => {
      const parsed = parseCqlType(String(issue.input));
      return 'error' in parsed ? parsed.error : 'is not a CQL type';
    },
  })
  .describe('A CQL type: a scalar, or list<…>, set<…>, map<…, …>.');

const table = z.strictObject({
  columns: z
    .record(name, column)
    .refine((columns) => Object.keys(columns).length > 0, { error: 'needs at least one column' }),
  partitionKey: z.array(z.string()).min(1, { error: 'needs at least one column: rows are found and spread by it' }),
  clusteringKey: z.array(z.string()).optional(),
});

const csv = z.strictObject({
  type: z.literal('csv'),
  delimiter: oneCharacter.optional().describe('Default: comma; "\\t" for TSV.'),
  quote: z
    .union([oneCharacter, z.literal('none')])
    .optional()
    .describe('Default: the double quote; none for plain TSV.'),
  escape: z
    .union([oneCharacter, z.literal('none')])
    .optional()
    .describe('Default: the quote character, doubled.'),
  header: z.boolean().optional().describe('Whether the first record names the columns. Default: true.'),
  columns: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('The columns a file has to have. Required without a header.'),
  nulls: z.array(z.string()).optional().describe('Field texts that mean "no value". Default: the empty text.'),
  trim: z.boolean().optional().describe('Cut white space around fields. Default: false.'),
  encoding: z.enum(['utf-8', 'utf-16le', 'latin1']).optional(),
  compression: z.enum(['auto', 'none', 'gzip']).optional().describe('auto looks at the first bytes of the file.'),
});
const ndjson = z.strictObject({
  type: z.literal('ndjson'),
  nulls: z.array(z.string()).optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'latin1']).optional(),
  compression: z.enum(['auto', 'none', 'gzip']).optional(),
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
  format: z.discriminatedUnion('type', [csv, ndjson]),
  table: z.string().describe('A table of this profile.'),
  resources: z
    .strictObject({
      cpus: positive.optional().describe('Enforced in containers; elsewhere a scheduling weight.'),
      memoryMb: z.number().int().min(128).optional().describe('Resident memory of the whole process tree, in MiB.'),
      timeoutSeconds: positive.optional().describe('Longest wall time of a run.'),
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
          'Share of records in quarantine up to which a file counts as success. Default: 100 for the file, reported as partial.',
        ),
    })
    .optional(),
  maxRecordBytes: whole.optional().describe('Longest record in bytes. Default: 1 MiB.'),
  chunkTimeoutSeconds: positive
    .optional()
    .describe('How long the app may take over one chunk of records. Default: 30.'),
});

/** `tenants/<tenant>/tenant.yaml`: the tenant service profile. */
export const tenantProfileSchema = z.strictObject({
  tenant: name,
  plan: z.string().optional().describe('A plan of mysimbdp.yaml; its values are the defaults of this profile.'),
  batch: batchConstraints.optional(),
  tables: z.record(name, table),
  apps: z.array(app),
});
export type TenantProfileFile = z.infer<typeof tenantProfileSchema>;
export type ProfileApp = z.infer<typeof app>;

const plan = z.strictObject({
  weight: positive.describe('Share of the capacity relative to the other tenants that are active.'),
  guaranteed: z
    .strictObject({ rowsPerSecond: positive.optional(), mbPerSecond: positive.optional() })
    .optional()
    .describe('A tenant of this plan never gets less while it has work.'),
  batch: batchConstraints.optional(),
  resources: app.shape.resources,
});

/** `mysimbdp.yaml`: the platform's own constraints, which no tenant can exceed, and the registered tenants. */
export const platformFileSchema = z.strictObject({
  platform: name,
  timeZone: z.string().optional().describe('IANA time zone of the day quotas and cron schedules. Default: UTC.'),
  limits: z
    .strictObject({
      maxTenants: whole.optional(),
      extensions: batchFiles.shape.extensions,
      maxFileSizeMb: positive.optional(),
      concurrentRuns: whole.optional(),
      memoryMb: z.number().int().min(128).optional().describe('Most memory that one app can ask for, in MiB.'),
      timeoutSeconds: positive.optional().describe('Longest run that an app can ask for.'),
    })
    .optional(),
  capacity: z
    .strictObject({ rowsPerSecond: positive.optional(), mbPerSecond: positive.optional() })
    .optional()
    .describe('Ceiling of the whole platform, shared by weight among active tenants.'),
  plans: z.record(name, plan).optional(),
  tenants: z.array(z.strictObject({ name: name, enabled: z.boolean().optional() })).optional(),
});
export type PlatformFile = z.infer<typeof platformFileSchema>;
