import type { CqlValue } from '../../coredms/cql-values.ts';
import type { Unfit } from './convert.ts';

/**
 * A stage between convert and the sinks that looks at every row and may change it in place: quality conditions, protection
 * of sensitive columns. A row that it finds unfit sends its whole record to quarantine.
 */
export interface RowStage {
  apply(row: CqlValue[]): Unfit | undefined;
}

/** In their order: quality and protect, once a profile asks for them. What samples show has passed them as well. */
export const rowStages: readonly RowStage[] = [];
