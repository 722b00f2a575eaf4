import assert from 'node:assert/strict';
import { TokenBucket } from '../../../src/runner/quota.ts';

const never = new AbortController().signal;

describe('the quota of a run', () => {
  it('lets records pass at the rate, whatever the size of the chunks', async () => {
    const bucket = new TokenBucket({ rowsPerSecond: 2000, bytesPerSecond: null });
    const began = performance.now();
    let passed = 0;
    for (const chunk of [10, 300, 1, 89, 200]) {
      await bucket.take(chunk, 0, never);
      passed += chunk;
    }
    const seconds = (performance.now() - began) / 1000;
    assert.equal(passed, 600);
    // 600 records at 2,000/s cannot take less; a slow machine may take more.
    assert.ok(seconds >= 0.29, `600 records passed in ${seconds} s`);
  });

  it('counts bytes as well, and the stricter of the two rules', async () => {
    const bucket = new TokenBucket({ rowsPerSecond: 1_000_000, bytesPerSecond: 10_000 });
    const began = performance.now();
    await bucket.take(1, 2000, never);
    assert.ok(performance.now() - began >= 190);
  });

  it('lets go at once when the rate is raised while somebody waits', async () => {
    const bucket = new TokenBucket({ rowsPerSecond: 0.001, bytesPerSecond: null });
    const waiting = bucket.take(10, 0, AbortSignal.timeout(5000));
    bucket.setRate({ rowsPerSecond: null, bytesPerSecond: null });
    await waiting;
  });

  it('stops waiting when the run ends', async () => {
    const bucket = new TokenBucket({ rowsPerSecond: 0.001, bytesPerSecond: null });
    const end = new AbortController();
    const waiting = bucket.take(10, 0, end.signal);
    end.abort(new Error('the run ends'));
    await assert.rejects(waiting, /the run ends/);
  });
});
