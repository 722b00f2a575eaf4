import assert from 'node:assert/strict';
import { others, RateHistory } from '../../../../src/extension/panel/rate-history.ts';

const rate = (name: string, rows: number) => ({ name, rows, bytes: rows * 10 });

describe('the history of rates', () => {
  it('has a value of every tenant for every sample, zero where it was idle', () => {
    const history = new RateHistory({ seconds: 10, named: 3 });
    history.add({ time: 1, rates: [rate('north', 5)] });
    history.add({ time: 2, rates: [rate('south', 7)] });
    assert.deepEqual(history.view(), {
      times: [1, 2],
      series: [
        { name: 'north', rows: [5, 0], bytes: [50, 0] },
        { name: 'south', rows: [0, 7], bytes: [0, 70] },
      ],
    });
  });

  it('keeps as many samples as it has seconds, and forgets tenants that were idle throughout', () => {
    const history = new RateHistory({ seconds: 3, named: 3 });
    history.add({ time: 1, rates: [rate('north', 5)] });
    for (const time of [2, 3]) history.add({ time, rates: [rate('south', 1)] });
    assert.equal(history.view().series.length, 2);
    history.add({ time: 4, rates: [] });
    const { times, series } = history.view();
    assert.deepEqual(times, [2, 3, 4]);
    assert.deepEqual(
      series.map(({ name }) => name),
      ['south'],
    );
  });

  it('sums those that find no place, loses nothing, and puts them last', () => {
    const history = new RateHistory({ seconds: 10, named: 2 });
    history.add({ time: 1, rates: ['a', 'b', 'c', 'd'].map((name) => rate(name, 1)) });
    const { series } = history.view();
    assert.deepEqual(
      series.map(({ name, rows }) => [name, rows[0]]),
      [
        ['a', 1],
        ['b', 1],
        [others, 2],
      ],
    );
  });

  it('gives the place of a tenant that was idle long enough to another', () => {
    const history = new RateHistory({ seconds: 2, named: 1 });
    history.add({ time: 1, rates: [rate('north', 1)] });
    for (const time of [2, 3]) history.add({ time, rates: [rate('south', 1)] });
    assert.deepEqual(
      history.view().series.map(({ name }) => name),
      ['south', others],
    );
  });

  it('is the same on the other side: after a snapshot, and after each sample that is sent', () => {
    const here = new RateHistory({ seconds: 4, named: 2 });
    const there = new RateHistory({ seconds: 4, named: 2 });
    for (let time = 1; time <= 3; time++) here.add({ time, rates: [rate('a', time), rate('b', 1), rate('c', 1)] });
    there.load(here.view());
    assert.deepEqual(there.view(), here.view());
    for (let time = 4; time <= 9; time++) there.add(here.add({ time, rates: [rate('d', time), rate('b', 1)] }));
    assert.deepEqual(there.view(), here.view());
  });
});
