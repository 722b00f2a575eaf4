import assert from 'node:assert/strict';
import { bounds, type LogLine, type Snapshots } from '../../../src/extension/panel/panel-protocol.ts';
import { found, isGap, LogLines, type LogItem } from '../../../webview/log-lines.ts';

const line = (text: string): LogLine => ({ time: 0, level: 'info', tenant: 'north', text });
const message = (texts: string[], change: Partial<Snapshots['log']> = {}): Snapshots['log'] => ({
  reset: false,
  filter: { level: 'info', tenant: null },
  lines: texts.map(line),
  leftOut: 0,
  ...change,
});
const shown = (items: LogItem[] | undefined) => items?.map((item) => (isGap(item) ? item.missing : item.text));

describe('the lines of the log in the panel', () => {
  it('shows what comes, with a gap where lines were left out', () => {
    const lines = new LogLines();
    assert.deepEqual(shown(lines.take(message(['a']))?.items), ['a']);
    assert.deepEqual(shown(lines.take(message(['c'], { leftOut: 7 }))?.items), [7, 'c']);
    assert.deepEqual(shown(lines.all()), ['a', 7, 'c']);
  });

  it('holds back what comes while it is paused, and gives it when it goes on', () => {
    const lines = new LogLines();
    lines.take(message(['a']));
    lines.pause();
    assert.equal(lines.take(message(['b', 'c'])), undefined);
    assert.deepEqual([lines.waiting, lines.leftOut], [2, 0]);
    assert.deepEqual(shown(lines.all()), ['a']);
    assert.deepEqual(shown(lines.resume().items), ['b', 'c']);
    assert.deepEqual([lines.paused, lines.waiting], [false, 0]);
  });

  it('says how many it could not hold, and marks the place', () => {
    const lines = new LogLines();
    lines.pause();
    const many = Array.from({ length: bounds.logLines }, (_, n) => n.toString());
    lines.take(message(many));
    lines.take(message(['x', 'y'], { leftOut: 5 }));
    assert.deepEqual([lines.waiting, lines.leftOut], [bounds.logLines + 7, 7]);
    assert.deepEqual(shown(lines.resume().items.slice(0, 2)), [7, '2']);
    assert.equal(lines.all().length, bounds.logLines);
  });

  it('stays as it is when the host starts anew while it is paused, but shows the answer to a filter', () => {
    const lines = new LogLines();
    lines.take(message(['a']));
    lines.pause();
    assert.equal(lines.take(message(['n'], { reset: true })), undefined);
    assert.deepEqual(shown(lines.all()), ['a']);
    assert.deepEqual(shown(lines.take(message(['f'], { reset: true }), true)?.items), ['f']);
    assert.deepEqual(shown(lines.all()), ['f']);
  });

  it('is found by a part of its text or its tenant, in any case', () => {
    assert.ok(found(line('Price is not a number'), 'PRICE'));
    assert.ok(found(line('x'), 'nor'));
    assert.ok(!found(line('x'), 'south'));
    assert.ok(found({ missing: 1 }, 'anything'));
  });
});
