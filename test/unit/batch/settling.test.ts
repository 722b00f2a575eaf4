import assert from 'node:assert/strict';
import { Settling } from '../../../src/batch/settling.ts';

describe('a file in staging', () => {
  const file = (mtimeMs: number, size = 1) => ({ name: 'a.csv', kind: 'file' as const, size, mtimeMs });

  it('has settled when neither size nor time has changed for so long', () => {
    const settling = new Settling();
    assert.equal(settling.waitMs(file(1000), 2, 1000), 2000);
    assert.equal(settling.waitMs(file(1000), 2, 2500), 500);
    assert.equal(settling.waitMs(file(1000, 2), 2, 2600), 2000);
    assert.equal(settling.waitMs(file(1000, 2), 2, 4600), 0);
  });

  it('does not wait longer than that when the clock is set back', () => {
    const settling = new Settling();
    const [before, after] = [10_000_000, 6_400_000];
    settling.waitMs(file(before), 2, before);
    assert.equal(settling.waitMs(file(before), 2, after), 2000);
    assert.equal(settling.waitMs(file(before), 2, after + 2000), 0);
  });
});
