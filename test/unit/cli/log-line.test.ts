import assert from 'node:assert/strict';
import { logLine } from '../../../src/cli/log-line.ts';
import { exampleRecord } from './examples.ts';

const line = (entry: object) =>
  logLine(JSON.stringify({ time: '2024-05-01T10:07:42.000Z', level: 'info', ...entry }), (_, text) => text, 'UTC');

describe('a line of a log', () => {
  it('tells what became of a file', () => {
    assert.equal(
      line({ type: 'file', ...exampleRecord() }),
      '2024-05-01 10:07:42  info   ingested   north/reviews  one.tsv  1,000 read, 990 stored, 10 filtered  495 rows/s  2.00 s',
    );
  });

  it('gives the words of an app, which cannot drive the terminal', () => {
    assert.equal(
      line({ type: 'app', app: 'reviews', runId: 'run-1', stream: 'stderr', text: 'odd\u001b[31m' }),
      '2024-05-01 10:07:42  info   reviews stderr  odd\\x1b[31m',
    );
  });

  it('gives any other event with its fields', () => {
    assert.equal(
      line({ level: 'warn', type: 'tenant-registered', tenant: 'north', why: 'two words' }),
      '2024-05-01 10:07:42  warn   tenant-registered  tenant=north  why="two words"',
    );
  });

  it('is given as it is when it is not understood', () => {
    assert.equal(
      logLine('not\u0007 JSON', (_, text) => text),
      'not\\x07 JSON',
    );
  });
});
