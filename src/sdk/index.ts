/**
 * What a tenant's app imports as `mysimbdp/sdk`. It has no dependency and does nothing at run time but to check and
 * return what it is given.
 */

/** What may be written to a column: text is converted to the column's CQL type, other values have to fit it exactly. */
export type ColumnValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | null
  | undefined
  | readonly ColumnValue[]
  | ReadonlySet<ColumnValue>
  | ReadonlyMap<ColumnValue, ColumnValue>
  | { readonly [key: string]: ColumnValue };

/** A row of the app's table: column name → value; a column that is absent is written as null. */
export type OutputRow = Record<string, ColumnValue>;

/** A record of a CSV or TSV file: column name → text, null where the file says "no value". */
export type TextRow = Record<string, string | null>;

/** What the platform tells an app about the record at hand. The object is reused: read it, do not keep it. */
export interface RecordContext {
  /** The same for the same record at every replay, unique over all files; a UUID, for keys that would otherwise be random. */
  readonly rowId: string;
  /** Name of the file as the tenant put it into staging. */
  readonly file: string;
  /** Number of the record in its file, from 1. */
  readonly record: number;
}

/**
 * clientbatchingestapp as a module. Unless it says `stateful`, an app is a pure function of its record: the platform may
 * process any record again after a failure.
 */
export interface BatchApp<Input = TextRow> {
  /**
   * Turns one record into one row, several rows, or none: undefined filters the record on purpose, a throw puts it into
   * quarantine with the error's message.
   */
  wrangle(
    row: Input,
    context: RecordContext,
  ): OutputRow | readonly OutputRow[] | null | undefined | Promise<OutputRow | readonly OutputRow[] | null | undefined>;
}

/** Declares a batch app: `export default defineBatchApp({ wrangle(row, context) { … } })`. */
export function defineBatchApp<Input = TextRow>(app: BatchApp<Input>): BatchApp<Input> {
  // A tenant's JavaScript may hand over anything.
  if (typeof (app as Partial<BatchApp> | undefined)?.wrangle !== 'function')
    throw new TypeError('defineBatchApp needs an object with a function wrangle');
  return app;
}
