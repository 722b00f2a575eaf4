import type { RefusedRow } from '../../coredms/core-dms.ts';
import type { ChunkReject, WrittenNotice } from '../chunks.ts';
import type { Prepared } from './chunk-preparation.ts';

/**
 * What is true of the chunks when CoreDms has refused some of their rows: a record goes to quarantine as a whole, with the store's
 * words. Other rows of it may be stored; they are overwritten when it comes again.
 * @param refused by index in the rows of all chunks one after another
 */
export function noticesOf(chunks: readonly Prepared[], refused: readonly RefusedRow[]): WrittenNotice[] {
  let from = 0;
  return chunks.map(({ notice, records }) => {
    const reasons = new Map<number, string>();
    for (const { row, reason } of refused) {
      const record = records[row - from];
      if (record !== undefined && !reasons.has(record)) reasons.set(record, reason);
    }
    from += records.length;
    if (reasons.size === 0) return notice;
    const rejects = [...reasons].map(([index, reason]): ChunkReject => ({
      index,
      code: 'ROW_REFUSED',
      reason,
      column: null,
    }));
    return {
      ...notice,
      stored: notice.stored - reasons.size,
      rows: notice.rows - records.filter((record) => reasons.has(record)).length,
      rejects: [...notice.rejects, ...rejects],
    };
  });
}
