import assert from 'node:assert/strict';
import { TokenBucket } from '../../../src/runner/quota.ts';
import { ReadAhead } from '../../../src/runner/read-ahead.ts';

describe('the size of a chunk', () => {
  const known = () => {
    const ahead = new ReadAhead(new TokenBucket({ rowsPerSecond: null, bytesPerSecond: null }));
    ahead.observe(100, 10_000);
    ahead.observeRows(100, 100);
    return ahead;
  };

  it('is what an app takes about a second for, at the pace that was measured', () => {
    const ahead = known();
    ahead.observePace(100, 5000);
    assert.equal(ahead.most.records, 20);
    assert.equal(ahead.nextBytes, 2000);
    for (let chunk = 0; chunk < 40; chunk++) ahead.observePace(20, 20);
    assert.equal(Math.min(500, ahead.most.records), 500, 'once it is fast');
  });

  it('of a fast app is as large as it may be', () => {
    const ahead = known();
    ahead.observePace(1000, 3);
    assert.equal(ahead.most.records, 1000);
  });
});
