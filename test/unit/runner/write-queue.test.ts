import assert from 'node:assert/strict';
import type { OutputChunk } from '../../../src/runner/chunks.ts';
import { WriteQueue } from '../../../src/runner/write/write-queue.ts';

const chunk = (sequence: number): OutputChunk => ({ sequence, file: 0, numbers: [], rows: [], rowCounts: [] });
const sequences = ({ chunks }: { chunks: OutputChunk[] }) => chunks.map(({ sequence }) => sequence);

describe('the write queue', () => {
  it('gives what has piled up at once, a few chunks at a time, in order', async () => {
    const queue = new WriteQueue();
    const first = queue.next();
    for (let i = 1; i <= 6; i++) queue.push(chunk(i));
    assert.deepEqual(sequences(await first), [1, 2, 3, 4]);
    assert.deepEqual(sequences(await queue.next()), [5, 6]);
  });

  it('lets no chunk pass a sync, nor a sync a chunk', async () => {
    const queue = new WriteQueue();
    for (const item of [chunk(1), 'sync', chunk(2), 'sync', 'sync'] as const) queue.push(item);
    const tasks = [await queue.next(), await queue.next(), await queue.next()];
    assert.deepEqual(
      tasks.map((task) => [sequences(task), task.sync]),
      [
        [[1], true],
        [[2], true],
        [[], true],
      ],
    );
  });

  it('waits for work', async () => {
    const queue = new WriteQueue();
    const next = queue.next();
    setImmediate(() => queue.push(chunk(1)));
    assert.deepEqual(sequences(await next), [1]);
  });
});
