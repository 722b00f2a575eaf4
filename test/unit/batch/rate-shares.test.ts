import assert from 'node:assert/strict';
import { perRun, shareCapacity } from '../../../src/batch/rate-shares.ts';

const tenant = (weight: number, most: number | null = null, guaranteed: number | null = null) => ({
  weight,
  most,
  guaranteed,
});
const rounded = (shares: (number | null)[]) => shares.map((share) => (share === null ? null : Math.round(share)));

describe('sharing the capacity of the platform', () => {
  it('leaves everybody at the quota when there is no ceiling', () => {
    assert.deepEqual(shareCapacity(null, [tenant(1, 500), tenant(3)]), [500, null]);
  });

  it('shares by weight', () => {
    assert.deepEqual(rounded(shareCapacity(1000, [tenant(1), tenant(3)])), [250, 750]);
  });

  it('gives one tenant alone all of it, up to the quota', () => {
    assert.deepEqual(rounded(shareCapacity(1000, [tenant(5)])), [1000]);
    assert.deepEqual(rounded(shareCapacity(1000, [tenant(5, 300)])), [300]);
  });

  it('shares among the others what a quota leaves', () => {
    assert.deepEqual(rounded(shareCapacity(1000, [tenant(1, 100), tenant(1), tenant(2)])), [100, 300, 600]);
  });

  it('never goes below a guaranteed minimum; the others pay for it', () => {
    assert.deepEqual(rounded(shareCapacity(1000, [tenant(1, null, 400), tenant(9)])), [400, 600]);
  });

  it('grants guaranteed minima that together exceed the capacity', () => {
    assert.deepEqual(rounded(shareCapacity(100, [tenant(1, null, 80), tenant(1, null, 80)])), [80, 80]);
  });

  it('splits a share evenly among the runs of a tenant, never to nothing', () => {
    assert.deepEqual(perRun({ rowsPerSecond: 300, bytesPerSecond: null }, 3), {
      rowsPerSecond: 100,
      bytesPerSecond: null,
    });
    assert.ok((perRun({ rowsPerSecond: 0, bytesPerSecond: 0 }, 1).rowsPerSecond ?? 0) > 0);
  });
});
