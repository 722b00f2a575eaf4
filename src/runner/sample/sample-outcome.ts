import { parseCqlType } from '../../coredms/cql-types.ts';
import { formatCqlValue } from '../../coredms/cql-values.ts';
import type { SampleOutcome } from '../../protocol/samples.ts';
import type { TableSpec } from '../../protocol/tables.ts';
import type { ChunkReject, OutputChunk } from '../chunks.ts';
import { ChunkPreparation } from '../write/chunk-preparation.ts';
import { rowStages } from '../write/row-stage.ts';

/** Characters of a value that are shown. */
const shownCharacters = 1000;

/** Takes what an app made of a record through the stages before the sinks, and says what a run would have stored. */
export class OutcomeOfRecord {
  readonly #preparation: ChunkPreparation;
  readonly #types: Parameters<typeof formatCqlValue>[0][];

  constructor(table: TableSpec) {
    this.#preparation = new ChunkPreparation(table, [0], rowStages);
    this.#types = table.columns.map(({ type }) => {
      const parsed = parseCqlType(type);
      return 'error' in parsed ? { kind: 'text' } : parsed;
    });
  }

  /** @param output of a chunk with one record @param rejects of the app */
  of(output: OutputChunk, rejects: readonly ChunkReject[]): SampleOutcome {
    const { notice, rows } = this.#preparation.prepare(output);
    const [reject] = [...rejects, ...notice.rejects];
    if (reject) {
      const { column, code, reason } = reject;
      return { kind: 'rejected', column, code, reason: shortened(reason) };
    }
    if (rows.length === 0) return { kind: 'filtered' };
    const texts = rows.map((row) =>
      row.map((value, i) => {
        const type = this.#types[i];
        return type ? cellText(formatCqlValue(type, value)) : null;
      }),
    );
    return { kind: 'stored', rows: texts };
  }
}

/** A value of JSON as text. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return shortened(typeof value === 'string' ? value : JSON.stringify(value));
}

export function shortened(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
