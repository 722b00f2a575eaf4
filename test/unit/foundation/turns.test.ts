import assert from 'node:assert/strict';
import { Turns } from '../../../src/foundation/turns.ts';

describe('work that takes turns', () => {
  let done: string[];
  let turns: Turns;
  /** Ends the work that has begun. */
  let end: () => void;
  let first: Promise<void>;
  beforeEach(async () => {
    done = [];
    turns = new Turns();
    await new Promise<void>((begun) => {
      first = turns.take(async () => {
        await new Promise<void>((resolve) => {
          end = resolve;
          begun();
        });
        done.push('first');
      });
    });
  });
  const work = (name: string) => () => Promise.resolve(void done.push(name));

  it('is done in order, also after some has failed', async () => {
    const failing = turns.take(() => Promise.reject(new Error('it failed')));
    const last = turns.take(work('last'));
    end();
    await assert.rejects(failing, /it failed/);
    await Promise.all([first, last]);
    assert.deepEqual(done, ['first', 'last']);
  });

  it('is dropped at once when it is cancelled while it waits, and what follows waits on', async () => {
    const abort = new AbortController();
    const reason = new Error('not now');
    const dropped = turns.take(work('dropped'), abort.signal);
    const last = turns.take(work('last'));
    abort.abort(reason);
    await assert.rejects(dropped, reason);
    assert.deepEqual(done, []);
    end();
    await last;
    assert.deepEqual(done, ['first', 'last']);
  });
});
