import assert from 'node:assert/strict';
import type { Prepared } from '../../../src/runner/write/chunk-preparation.ts';
import { noticesOf } from '../../../src/runner/write/refused-rows.ts';

function chunk(sequence: number, records: number[]): Prepared {
  const stored = new Set(records).size;
  return {
    notice: { sequence, stored, rows: records.length, rejects: [] },
    rows: records.map(() => []),
    writeTimes: records.map(() => 1),
    records,
  };
}

describe('rows that CoreDms refuses', () => {
  it('send their records to quarantine, each once, in the chunk that they are of', () => {
    const chunks = [chunk(7, [0, 1, 1, 3]), chunk(8, [0, 2])];
    const [first, second] = noticesOf(chunks, [
      { row: 1, reason: 'no' },
      { row: 2, reason: 'never' },
      { row: 5, reason: 'too long' },
    ]);
    assert.deepEqual(first, {
      sequence: 7,
      stored: 2,
      rows: 2,
      rejects: [{ index: 1, code: 'ROW_REFUSED', reason: 'no', column: null }],
    });
    assert.deepEqual(second, {
      sequence: 8,
      stored: 1,
      rows: 1,
      rejects: [{ index: 2, code: 'ROW_REFUSED', reason: 'too long', column: null }],
    });
  });

  it('leave everything else as it was', () => {
    const chunks = [chunk(1, [0, 1])];
    assert.deepEqual(noticesOf(chunks, []), [chunks[0]!.notice]);
  });
});
