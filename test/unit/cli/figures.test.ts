import assert from 'node:assert/strict';
import { clock, count, counted, duration, moment, percent, rate, size } from '../../../src/cli/terminal/figures.ts';

describe('figures', () => {
  it('have separators between thousands', () => {
    assert.deepEqual([0, 999, 1000, 148_310, 1e9].map(count), ['0', '999', '1,000', '148,310', '1,000,000,000']);
  });

  it('come with their noun in the right number', () => {
    assert.deepEqual(
      [counted(0, 'file'), counted(1, 'file'), counted(2_000, 'file'), counted(2, 'quarry', 'quarries')],
      ['0 files', '1 file', '2,000 files', '2 quarries'],
    );
  });

  it('give sizes in decimal units, never 1000 of one', () => {
    assert.deepEqual([0, 999, 1_000, 1_500, 9_949, 9_950, 999_499, 999_500, 41e6, 2.5e9].map(size), [
      '0 B',
      '999 B',
      '1.0 kB',
      '1.5 kB',
      '9.9 kB',
      '10 kB',
      '999 kB',
      '1.0 MB',
      '41 MB',
      '2.5 GB',
    ]);
  });

  it('give durations as people say them, never 60 of a unit', () => {
    assert.deepEqual([0, 0.424, 9.99, 9.996, 59.94, 59.96, 185, 3_599.6, 8_040, 86_400 * 3 + 4 * 3600].map(duration), [
      '0.00 s',
      '0.42 s',
      '9.99 s',
      '10.0 s',
      '59.9 s',
      '1 min 00 s',
      '3 min 05 s',
      '1 h 00 min',
      '2 h 14 min',
      '3 d 4 h',
    ]);
  });

  it('give a time that is left as a clock', () => {
    assert.deepEqual([-1, 0, 12.4, 845, 8_040].map(clock), ['0:00', '0:00', '0:12', '14:05', '2:14:00']);
  });

  it('say 0 % and 100 % only when that is so', () => {
    assert.deepEqual([0, 0.0001, 0.004, 0.63, 0.995, 0.99999, 1].map(percent), [
      '0 %',
      '<0.1 %',
      '0.4 %',
      '63 %',
      '99.5 %',
      '>99.9 %',
      '100 %',
    ]);
  });

  it('keep a digit of slow rates', () => {
    assert.deepEqual([0, 0.5, 9.94, 9.96, 41_200.4].map(rate), ['0', '0.5', '9.9', '10', '41,200']);
  });

  it('give moments in the time zone that is asked for', () => {
    assert.equal(moment(0, 'Europe/Helsinki'), '1970-01-01 02:00:00');
  });
});
