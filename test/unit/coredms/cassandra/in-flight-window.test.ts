import assert from 'node:assert/strict';
import { InFlightWindow } from '../../../../src/coredms/cassandra/in-flight-window.ts';

/** How many of `attempts` get in at once. */
async function entering(window: InFlightWindow, attempts: number): Promise<number> {
  let inside = 0;
  for (let i = 0; i < attempts; i++) void window.enter().then(() => inside++);
  await new Promise((resolve) => setImmediate(resolve));
  return inside;
}

describe('the window of requests in flight', () => {
  it('lets in as many as its limit, and the next when one leaves', async () => {
    const window = new InFlightWindow();
    const { limit } = window;
    assert.equal(await entering(window, limit + 5), limit);
    let entered = false;
    void window.enter().then(() => (entered = true));
    for (let i = 0; i < 5; i++) window.leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(entered, false, 'those that came before it go first');
    window.leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(entered, true);
  });

  it('grows with answers in time, up to a bound', () => {
    const window = new InFlightWindow();
    const before = window.limit;
    for (let i = 0; i <= before; i++) window.answered(5);
    assert.equal(window.limit, before + 1);
    for (let i = 0; i < 10_000; i++) window.answered(5);
    assert.equal(window.limit, 32);
  });

  it('shrinks for answers that take much longer than they did, but not for each of one moment', () => {
    const window = new InFlightWindow();
    for (let i = 0; i < 10_000; i++) window.answered(5);
    for (let i = 0; i < 10; i++) window.answered(500);
    assert.equal(window.limit, 25);
  });

  it('halves when the server is overloaded, and never closes', async () => {
    const window = new InFlightWindow();
    const before = window.limit;
    window.overloaded();
    assert.equal(window.limit, before / 2);
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 70));
      window.overloaded();
    }
    assert.ok(window.limit >= 2);
  });
});
