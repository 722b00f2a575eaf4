import assert from 'node:assert/strict';
import { RingBuffer } from '../../../../src/extension/panel/ring-buffer.ts';

describe('a ring buffer', () => {
  it('keeps the newest, oldest first, and tells how many had to go', () => {
    const buffer = new RingBuffer<number>(3);
    assert.equal(buffer.pushAll([1, 2]), 0);
    assert.equal(buffer.pushAll([3, 4, 5]), 2);
    assert.deepEqual(buffer.toArray(), [3, 4, 5]);
    assert.equal(buffer.length, 3);
  });

  it('counts those that came and went at once', () => {
    const buffer = new RingBuffer<number>(2);
    assert.equal(buffer.pushAll([1, 2, 3, 4, 5]), 3);
    assert.deepEqual(buffer.drain(), [4, 5]);
    assert.deepEqual(buffer.toArray(), []);
  });
});
