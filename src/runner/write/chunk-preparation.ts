import type { CqlValue } from '../../coredms/cql-values.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import type { ChunkReject, OutputChunk, WrittenNotice } from '../chunks.ts';
import type { Unfit } from './convert.ts';
import { RowConverter } from './convert.ts';
import type { RowStage } from './row-stage.ts';

/** A chunk as it goes to the sinks. */
export interface Prepared {
  /** What is true once the rows are written. */
  notice: WrittenNotice;
  rows: CqlValue[][];
  writeTimes: number[];
  /** Which record of the chunk each row is of. */
  records: number[];
}

/** The stages before the sinks: convert → quality → protect. */
export class ChunkPreparation {
  readonly #converter: RowConverter;
  readonly #writeTimes: readonly number[];
  readonly #stages: readonly RowStage[];

  /** @param writeTimes of record 0 of each file, in microseconds */
  constructor(table: TableSpec, writeTimes: readonly number[], stages: readonly RowStage[]) {
    this.#converter = new RowConverter(table);
    this.#writeTimes = writeTimes;
    this.#stages = stages;
  }

  /** Converts and judges a chunk; what is unfit stays out of its rows. */
  prepare(chunk: OutputChunk): Prepared {
    const rejects: ChunkReject[] = [];
    const rows: CqlValue[][] = [];
    const writeTimes: number[] = [];
    const records: number[] = [];
    const fileTime = this.#writeTimes[chunk.file] as number;
    let stored = 0;
    let at = 0;
    for (let index = 0; index < chunk.rowCounts.length; index++) {
      const count = chunk.rowCounts[index] as number;
      if (count === 0) continue;
      const ofRecord = chunk.rows.slice(at, at + count);
      at += count;
      const unfit = this.#firstUnfit(ofRecord);
      if (unfit) {
        rejects.push({ index, ...unfit });
        continue;
      }
      stored++;
      for (const row of ofRecord) {
        rows.push(row as CqlValue[]);
        writeTimes.push(fileTime + (chunk.numbers[index] as number));
        records.push(index);
      }
    }
    return { notice: { sequence: chunk.sequence, stored, rows: rows.length, rejects }, rows, writeTimes, records };
  }

  #firstUnfit(rows: unknown[][]): Unfit | undefined {
    for (const row of rows) {
      const unfit = this.#converter.convert(row);
      if (unfit) return unfit;
      for (const stage of this.#stages) {
        const refused = stage.apply(row as CqlValue[]);
        if (refused) return refused;
      }
    }
    return undefined;
  }
}
