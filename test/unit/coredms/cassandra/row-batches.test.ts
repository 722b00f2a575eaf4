import assert from 'node:assert/strict';
import { batchesOf } from '../../../../src/coredms/cassandra/row-batches.ts';
import { RowEncoder, type EncodedRow } from '../../../../src/coredms/cassandra/row-encoder.ts';

const encoder = new RowEncoder({
  name: 'notes',
  columns: [
    { name: 'shelf', type: 'text' },
    { name: 'note', type: 'text' },
  ],
  partitionKey: ['shelf'],
  clusteringKey: ['note'],
});
const rowsOf = (...keys: [shelf: string, note: string][]): EncodedRow[] =>
  keys.map((values, row) => encoder.encode(row, values, 1));
const numbers = (batches: EncodedRow[][]) => batches.map((batch) => batch.map(({ row }) => row));
const oneRow = rowsOf(['a', '1'])[0]!.size;

describe('batches of rows', () => {
  it('have the rows of a partition together', () => {
    const rows = rowsOf(['a', '1'], ['b', '1'], ['a', '2'], ['c', '1'], ['b', '2']);
    const batches = batchesOf(rows, { bytes: 2 * oneRow, rows: 100 }, () => '');
    assert.deepEqual(numbers(batches), [[0, 2], [1, 4], [3]]);
  });

  it('stay below the bytes and the rows that a server takes, and a row that is larger goes alone', () => {
    const rows = rowsOf(['a', '1'], ['b', 'x'.repeat(10 * oneRow)], ['c', '1'], ['d', '1'], ['e', '1']);
    const batches = batchesOf(rows, { bytes: 5 * oneRow, rows: 2 }, () => '');
    assert.deepEqual(numbers(batches), [[0], [1], [2, 3], [4]]);
  });

  it('hold partitions of the same nodes only', () => {
    const rows = rowsOf(['a', '1'], ['b', '1'], ['a', '2'], ['c', '1']);
    const batches = batchesOf(rows, { bytes: 1e6, rows: 100 }, (partition) =>
      partition.toString() === 'b' ? '1' : '2',
    );
    assert.deepEqual(numbers(batches), [[0, 2, 3], [1]]);
  });

  it('count for a row at least what Cassandra does', () => {
    // Cell.dataSize: 8 bytes of write time, 4 and 8 of expiry, 8 of the column's place at most, and the value.
    assert.ok(oneRow >= 2 * (8 + 4 + 8) + 2);
  });
});
