import * as z from 'zod';

const encoding = z.enum(['utf-8', 'utf-16le', 'latin1']);
const compression = z.enum(['auto', 'none', 'gzip']);

/** CSV and TSV, complete: every default filled in. One-character settings are ASCII; null means "none". */
export const csvFormat = z.strictObject({
  type: z.literal('csv'),
  delimiter: z.string(),
  quote: z.string().nullable(),
  escape: z.string().nullable(),
  /** Whether the first record names the columns. */
  header: z.boolean(),
  /** The columns that the file has to have; in this order when there is no header. */
  columns: z.array(z.string()).nullable(),
  /** Field texts that mean "no value". */
  nulls: z.array(z.string()),
  trim: z.boolean(),
  encoding,
  compression,
});
/** One JSON object a line. */
export const ndjsonFormat = z.strictObject({
  type: z.literal('ndjson'),
  nulls: z.array(z.string()),
  encoding,
  compression,
});
export const fileFormat = z.discriminatedUnion('type', [csvFormat, ndjsonFormat]);

export type CsvFormat = z.infer<typeof csvFormat>;
export type NdjsonFormat = z.infer<typeof ndjsonFormat>;
export type FileFormat = z.infer<typeof fileFormat>;
export type TextEncodingName = z.infer<typeof encoding>;
