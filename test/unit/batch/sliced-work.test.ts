import assert from 'node:assert/strict';
import { SlicedWork } from '../../../src/batch/sliced-work.ts';

describe('work in slices', () => {
  const done: string[] = [];
  beforeEach(() => void done.splice(0));

  /** So many steps, each of which is noted under its name. */
  const steps = (name: string, count: number) => {
    let left = count;
    return () => {
      done.push(name);
      return Promise.resolve(--left === 0 ? { result: name } : null);
    };
  };
  const nothing = () => Promise.resolve();

  it('takes turns between tenants step by step, and between the tasks of each', async () => {
    const work = new SlicedWork();
    const results = await Promise.all([
      work.do('a', steps('a1', 3), nothing),
      work.do('a', steps('a2', 2), nothing),
      work.do('b', steps('b1', 3), nothing),
    ]);
    assert.deepEqual(results, ['a1', 'a2', 'b1']);
    assert.deepEqual(done, ['a1', 'a2', 'b1', 'a1', 'b1', 'a2', 'b1', 'a1']);
  });

  it('goes on for the others when one fails or is not wanted any more, which is given up once', async () => {
    const work = new SlicedWork();
    const unwanted = new AbortController();
    let givenUp = 0;
    const countGivenUp = () => {
      givenUp++;
      return Promise.resolve();
    };
    const failing = work.do('a', () => Promise.reject(new Error('unreadable')), nothing);
    const leaving = work.do('a', steps('left', 1000), countGivenUp, unwanted.signal);
    const staying = work.do('b', steps('stays', 5), nothing);
    unwanted.abort(new Error('stopped'));
    await assert.rejects(failing, /unreadable/);
    await assert.rejects(leaving, /stopped/);
    assert.equal(await staying, 'stays');
    assert.equal(await work.do('c', steps('later', 1), nothing), 'later');
    assert.equal(givenUp, 1);
    await assert.rejects(work.do('d', steps('never', 1), nothing, unwanted.signal), /stopped/);
    assert.ok(!done.includes('left') && !done.includes('never'));
  });
});
