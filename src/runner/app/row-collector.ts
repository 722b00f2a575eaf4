import { messageOf } from '../../foundation/errors.ts';
import { didYouMean } from '../../foundation/suggestions.ts';
import type { ChunkReject, InputChunk, OutputChunk } from '../chunks.ts';

/** Turns what an app gives for the records of a chunk into rows in the table's column order. */
export class RowCollector {
  readonly #columns: readonly string[];
  readonly #indexOf: ReadonlyMap<string, number>;

  constructor(tableColumns: readonly string[]) {
    this.#columns = tableColumns;
    this.#indexOf = new Map(tableColumns.map((name, index) => [name, index]));
  }

  begin(chunk: InputChunk): ChunkResult {
    return new ChunkResult(chunk, this);
  }

  /** The values of a row object, or why it is not a row of the table. */
  values(row: unknown): unknown[] | { column: string | null; code: string; reason: string } {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      return {
        column: null,
        code: 'NOT_A_ROW',
        reason: `the app returned ${describe(row)} where a row object belongs`,
      };
    }
    const values = new Array<unknown>(this.#columns.length).fill(null);
    for (const name of Object.keys(row)) {
      const index = this.#indexOf.get(name);
      if (index === undefined) {
        const meant = didYouMean(name, this.#columns);
        return {
          column: name,
          code: 'UNKNOWN_COLUMN',
          reason: `the app returned the column "${name}", which the table does not have${meant ? `; did it mean "${meant}"?` : ''}`,
        };
      }
      values[index] = (row as Record<string, unknown>)[name];
    }
    return values;
  }
}

/** The outcome of one chunk while it is being made. Records have to be added in the order of the chunk. */
export class ChunkResult {
  readonly output: OutputChunk;
  readonly rejects: ChunkReject[] = [];
  filtered = 0;
  readonly #collector: RowCollector;

  constructor(chunk: InputChunk, collector: RowCollector) {
    this.output = { sequence: chunk.sequence, file: chunk.file, numbers: chunk.numbers, rows: [], rowCounts: [] };
    this.#collector = collector;
  }

  /** Adds what the app returned for the next record; a record with one bad row is rejected as a whole. */
  add(returned: unknown): void {
    if (returned === undefined || returned === null) {
      this.filtered++;
      this.output.rowCounts.push(0);
      return;
    }
    if (!Array.isArray(returned)) {
      const values = this.#collector.values(returned);
      if (!Array.isArray(values)) {
        this.reject(values.code, values.reason, values.column);
        return;
      }
      this.output.rows.push(values);
      this.output.rowCounts.push(1);
      return;
    }
    const rows: unknown[][] = [];
    for (const row of returned as unknown[]) {
      const values = this.#collector.values(row);
      if (!Array.isArray(values)) {
        this.reject(values.code, values.reason, values.column);
        return;
      }
      rows.push(values);
    }
    if (rows.length === 0) this.filtered++;
    for (const row of rows) this.output.rows.push(row);
    this.output.rowCounts.push(rows.length);
  }

  reject(code: string, reason: string, column: string | null = null): void {
    this.rejects.push({ index: this.output.rowCounts.length, code, reason, column });
    this.output.rowCounts.push(0);
  }

  /** Takes back the rows of records with values that cannot leave the app's thread: functions, symbols. */
  rejectWhatIsNoData(): void {
    const kept: unknown[][] = [];
    let at = 0;
    this.output.rowCounts = this.output.rowCounts.map((count, index) => {
      const rows = this.output.rows.slice(at, at + count);
      at += count;
      const trouble = count > 0 ? whyNoData(rows) : undefined;
      if (trouble === undefined) {
        for (const row of rows) kept.push(row);
        return count;
      }
      this.rejects.push({ index, code: 'VALUE_NOT_DATA', reason: trouble, column: null });
      return 0;
    });
    this.output.rows = kept;
  }
}

function whyNoData(rows: unknown[][]): string | undefined {
  try {
    structuredClone(rows);
    return undefined;
  } catch (error) {
    return `the app returned a value that is not data: ${messageOf(error)}`;
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
