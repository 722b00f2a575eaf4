import assert from 'node:assert/strict';
import { runReport } from '../../../src/protocol/reports.ts';
import { AppLog } from '../../../src/runner/app-log.ts';
import { LogThrottle } from '../../../src/runner/app/log-throttle.ts';

describe('the log of an app', () => {
  it('joins what comes in pieces to lines, and gives an unfinished one at the end', () => {
    const log = new AppLog();
    log.add('stdout', 'one\ntw');
    log.add('stderr', 'other\n');
    log.add('stdout', 'o\r\n\nthree');
    const texts = (last: boolean) => log.take(last).log.map(({ stream, text }) => `${stream} ${text}`);
    assert.deepEqual(texts(false), ['stdout one', 'stderr other', 'stdout two']);
    assert.deepEqual(texts(true), ['stdout three']);
    assert.deepEqual(log.take(true), { log: [], logDropped: 0 });
  });

  it('keeps how a flood begins and ends, and counts the rest', () => {
    const log = new AppLog();
    for (let i = 1; i <= 10_000; i++) log.add('stdout', `line ${i}\n`);
    log.drop(5);
    const taken = log.take(false);
    assert.equal(taken.log[0]?.text, 'line 1');
    assert.equal(taken.log.at(-1)?.text, 'line 10000');
    assert.equal(taken.log.length, 200);
    assert.equal(taken.logDropped, 10_000 - 200 + 5);
    assert.deepEqual(runReport.shape.log.parse(taken.log), taken.log);
  });

  it('stays small enough for a report, whatever is in the lines', () => {
    const log = new AppLog();
    for (let i = 0; i < 400; i++) log.add('stderr', `${'\u0001'.repeat(100_000)}\n`);
    const taken = log.take(true);
    assert.ok(JSON.stringify(taken.log).length < 200 * 1024);
    assert.equal(taken.log.length + taken.logDropped, 400);
  });
});

describe('the throttle of a log', () => {
  it('passes on a start and the last words, and counts the lines between', () => {
    let passed = '';
    let dropped = 0;
    const throttle = new LogThrottle(
      (text) => (passed += text),
      (lines) => (dropped += lines),
    );
    const line = `${'x'.repeat(99)}\n`;
    for (let i = 0; i < 100; i++) throttle.add(line.repeat(1000));
    throttle.add('last words\n');
    throttle.release();
    assert.ok(passed.startsWith(line) && passed.endsWith(`${line}last words\n`));
    assert.ok(passed.length < 1_000_000, `${passed.length} characters passed`);
    assert.equal(passed.split('\n').length - 1 + dropped, 100_001);
  });
});
