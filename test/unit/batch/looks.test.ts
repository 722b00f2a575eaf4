import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { Looks } from '../../../src/batch/looks.ts';

/** Looks of which the test says when they are over, and how long they took. */
class Watched {
  begun = 0;
  looked = 0;
  readonly failures: unknown[] = [];
  /** Milliseconds. */
  now = 0;
  #finish: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  readonly looks = new Looks({
    look: () =>
      new Promise((resolve, reject) => {
        this.begun++;
        this.#finish = () => resolve(Infinity);
        this.#fail = reject;
      }),
    looked: () => {
      this.looked++;
    },
    failed: (error) => void this.failures.push(error),
    clock: () => this.now,
  });

  async finish(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    this.#finish?.();
    await turn();
  }

  async fail(error: Error): Promise<void> {
    this.#fail?.(error);
    await turn();
  }
}

describe('looking at what changes', () => {
  let watched: Watched;
  beforeEach(() => {
    watched = new Watched();
  });
  afterEach(() => watched.looks.dispose());

  it('begins at once, and makes one more look for all that ask meanwhile', async () => {
    watched.looks.soon();
    assert.equal(watched.begun, 1);
    for (let i = 0; i < 5; i++) watched.looks.soon();
    assert.equal(watched.begun, 1);
    await watched.finish(0);
    assert.deepEqual([watched.begun, watched.looked], [2, 1]);
    await watched.finish(0);
    assert.deepEqual([watched.begun, watched.looked], [2, 2]);
  });

  it('rests behind a look that took long, unless somebody waits', async () => {
    watched.looks.soon();
    await watched.finish(2000);
    watched.looks.soon();
    watched.now += 9999;
    watched.looks.soon();
    assert.equal(watched.begun, 1);
    watched.looks.now();
    assert.equal(watched.begun, 2);
    await watched.finish(2000);
    watched.now += 10_000;
    watched.looks.soon();
    assert.equal(watched.begun, 3, 'it rests for more than five times as long');
  });

  it('is up to date once a look is over that began behind what it owes', async () => {
    watched.looks.soon();
    assert.ok(watched.looks.upToDate, 'what others may have changed is nobody’s debt');
    watched.looks.owe();
    assert.ok(!watched.looks.upToDate);
    await watched.finish(1000);
    assert.ok(!watched.looks.upToDate, 'that look had begun before');
    assert.equal(watched.begun, 1);
    watched.looks.hurry();
    assert.equal(watched.begun, 2);
    watched.looks.soon();
    await watched.finish(1000);
    assert.ok(watched.looks.upToDate);
  });

  it('hurries only where a look is owed', async () => {
    watched.looks.soon();
    await watched.finish(1000);
    watched.looks.soon();
    watched.looks.hurry();
    assert.equal(watched.begun, 1);
  });

  it('tells that a look failed, and goes on', async () => {
    watched.looks.now();
    const error = new Error('no such folder');
    await watched.fail(error);
    assert.deepEqual([watched.failures, watched.looked, watched.looks.upToDate], [[error], 1, true]);
    watched.looks.soon();
    assert.equal(watched.begun, 2);
  });

  it('ends', async () => {
    watched.looks.soon();
    watched.looks.now();
    watched.looks.dispose();
    await watched.finish(0);
    watched.looks.now();
    assert.equal(watched.begun, 1);
  });
});
