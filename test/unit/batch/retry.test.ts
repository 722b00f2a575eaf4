import assert from 'node:assert/strict';
import { retryDelayMs } from '../../../src/batch/retry.ts';

describe('the pause before another attempt', () => {
  it('doubles with each attempt in vain, up to a minute', () => {
    const delays = [1, 2, 3, 4, 7, 8, 50, 2000].map((attempts) => retryDelayMs(attempts, 0));
    assert.deepEqual(delays, [500, 1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('is shorter by chance, by up to half, so that runs do not come back all at once', () => {
    assert.equal(retryDelayMs(2, 0.5), 750);
    const shortest = retryDelayMs(2, 1 - Number.EPSILON);
    assert.ok(shortest >= 500 && shortest < 501, `${shortest}`);
  });
});
