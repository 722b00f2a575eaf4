import assert from 'node:assert/strict';
import { until } from '../../../src/foundation/deadlines.ts';
import type { ToPanel } from '../../../src/extension/panel/panel-protocol.ts';
import { MessageOrder } from '../../../webview/message-order.ts';

describe('the order of messages in the panel', () => {
  let asked: number;
  let taken: number[];
  let messages: MessageOrder;
  const snapshot = (sequence: number) => ({ type: 'snapshot', sequence, parts: {} }) as ToPanel;
  const delta = (sequence: number): ToPanel => ({ type: 'delta', sequence, parts: {} });

  beforeEach(() => {
    asked = 0;
    taken = [];
    const take = ({ sequence }: ToPanel) => taken.push(sequence);
    messages = new MessageOrder({ ask: () => asked++, snapshot: take, delta: take }, 10);
    messages.start();
  });
  afterEach(() => messages.take(snapshot(1_000)));

  it('asks at once, then takes a snapshot and what follows it', () => {
    assert.equal(asked, 1);
    for (const message of [delta(3), snapshot(4), delta(5), delta(5), delta(6)]) messages.take(message);
    assert.deepEqual(taken, [4, 5, 6]);
    assert.equal(asked, 1);
  });

  it('takes nothing behind a gap but a snapshot', () => {
    for (const message of [snapshot(1), delta(2), delta(4), delta(5), delta(3)]) messages.take(message);
    assert.deepEqual(taken, [1, 2]);
    assert.equal(asked, 2);
    messages.take(snapshot(6));
    messages.take(delta(7));
    assert.deepEqual(taken, [1, 2, 6, 7]);
  });

  it('asks again while there is no answer: the answer may have been lost', async () => {
    await until(5_000, 'the first questions', () => asked >= 3);
    messages.take(snapshot(1));
    messages.take(delta(3));
    const before = asked;
    await until(5_000, 'further questions', () => asked >= before + 3);
  });
});
