// What travels between the runner's threads: arrays of records, structured-cloned once a chunk.

/** Values of a record as decoded: texts of a delimited file, in the order of its columns. */
export type TextRecord = (string | null)[];
/** A JSON object of an NDJSON file. */
export type ObjectRecord = Record<string, unknown>;

/** Decoded records on their way to the tenant's app. */
export interface InputChunk {
  sequence: number;
  /** The file's index in the job. */
  file: number;
  /** Column names of `texts`; empty for objects. */
  columns: readonly string[];
  /** Exactly one of the two is used, by the format of the file. */
  texts: TextRecord[];
  objects: ObjectRecord[];
  /** Number of each record in its file, from 1; records that could not be decoded are missing. */
  numbers: number[];
}

/** A record that ends in quarantine, by its place in the chunk. */
export interface ChunkReject {
  index: number;
  code: string;
  reason: string;
  /** Table column, where one is to blame. */
  column: string | null;
}

/** What the app made of a chunk, on its way to the writer. */
export interface OutputChunk {
  sequence: number;
  file: number;
  numbers: number[];
  /** Rows of all records one after another, values in the order of the table's columns. */
  rows: unknown[][];
  /** How many of `rows` each record gave; 0 where it was filtered or rejected. */
  rowCounts: number[];
}

/** The app's outcome as the reader needs it: the rows themselves go straight to the writer. */
export interface WrangledNotice {
  sequence: number;
  filtered: number;
  rejects: ChunkReject[];
  /** How long the app took over the chunk. */
  milliseconds: number;
}

/** The writer's outcome: everything of the chunk that was not rejected is durable. */
export interface WrittenNotice {
  sequence: number;
  /** Records stored, and the rows they gave. */
  stored: number;
  rows: number;
  rejects: ChunkReject[];
}
