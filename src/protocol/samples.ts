import * as z from 'zod';
import { batchJob } from './jobs.ts';
import { tableSpec } from './tables.ts';

/** What an app is to be tried on: as for a run, but with one file that stays where it is, and no place to store anything. */
export const sampleJob = batchJob.pick({ tenant: true, app: true, format: true, table: true, limits: true }).extend({
  kind: z.literal('sample'),
  /** The path is absolute. */
  file: z.strictObject({ name: z.string(), path: z.string() }),
  /** Records from the start of the file that are taken at most. */
  records: z.number().int().min(1).max(1000),
});
export type SampleJob = z.infer<typeof sampleJob>;

/** Text of a value, cut where it is very long; null means "no value". */
const cell = z.string().nullable();

const logLine = z.strictObject({ stream: z.enum(['stdout', 'stderr', 'runner']), text: z.string() });
export type SampleLogLine = z.infer<typeof logLine>;

const fault = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });

const outcome = z.discriminatedUnion('kind', [
  /** Rows as they would be stored: values in the order of the table's columns. */
  z.strictObject({ kind: z.literal('stored'), rows: z.array(z.array(cell)).min(1) }),
  z.strictObject({ kind: z.literal('filtered') }),
  z.strictObject({ kind: z.literal('rejected'), column: z.string().nullable(), code: z.string(), reason: z.string() }),
  /** The app failed before it had answered; `fault` of the result tells why. */
  z.strictObject({ kind: z.literal('unanswered') }),
]);
export type SampleOutcome = z.infer<typeof outcome>;

/** What became of one record. */
export const sampledRecord = z.strictObject({
  /** Number in the file, from 1, and the line where it begins. */
  number: z.number().int(),
  line: z.number().int(),
  /** Values in the order of the result's `columns`; null for a record that could not be decoded. */
  input: z.array(cell).nullable(),
  /** As it is in the file. */
  raw: z.string(),
  outcome,
  /** What the app said meanwhile, and how long it took over the record. */
  log: z.array(logLine),
  milliseconds: z.number(),
});
export type SampledRecord = z.infer<typeof sampledRecord>;

/** What an app made of a sample; bounded in size. */
export const sampleResult = z.strictObject({
  tenant: z.string(),
  app: z.string(),
  file: z.string(),
  /** Of the input, in the order of the file; those of objects in the order in which they came up. */
  columns: z.array(z.string()),
  table: tableSpec,
  records: z.array(sampledRecord),
  counts: z.strictObject({
    read: z.number().int(),
    stored: z.number().int(),
    filtered: z.number().int(),
    rejected: z.number().int(),
    rows: z.number().int(),
  }),
  /** Whether the file has no more records than these. */
  whole: z.boolean(),
  /** What the app said before its first record and after its last one. */
  log: z.array(logLine),
  /** Why it ended early, or with trouble; null when all went well. */
  fault: fault.nullable(),
  /** What a run would warn of. */
  warnings: z.array(fault),
  seconds: z.number(),
});
export type SampleResult = z.infer<typeof sampleResult>;
