import assert from 'node:assert/strict';
import type { DemandView } from '../../../src/cli/batch-run/demand-view.ts';
import { watchDemand, type BatchPlane } from '../../../src/cli/batch-run/watch-demand.ts';
import type { DemandStatus } from '../../../src/protocol/management.ts';
import { exampleRecord } from './examples.ts';

/** With the records of files that ended since the status before. */
const status = (finished: boolean, recorded: number, ...files: string[]): DemandStatus => ({
  id: 'd-1',
  finished,
  waitingFiles: 0,
  recorded,
  runs: [],
  records: files.map((file) => exampleRecord({ file })),
});

/** A plane that answers with one status after another. */
function planeOf(statuses: DemandStatus[], onAsked: () => void = () => undefined): BatchPlane {
  const next = () => {
    onAsked();
    return Promise.resolve(statuses.length > 1 ? statuses.shift()! : statuses[0]!);
  };
  return { status: () => Promise.reject(new Error('not asked')), demandBatch: next, demandStatus: next };
}

class KeptView implements DemandView {
  readonly ended: string[] = [];
  readonly notes: string[] = [];
  ends = 0;
  update({ records }: DemandStatus): void {
    this.ended.push(...records.map(({ file }) => file));
  }
  note(line: string): void {
    this.notes.push(line);
  }
  end(): void {
    this.ends++;
  }
}

describe('watching a demand', () => {
  it('tells each file once, when it has ended, and ends when the demand is finished', async () => {
    const view = new KeptView();
    const plane = planeOf([status(false, 0), status(false, 1, 'one'), status(false, 1), status(true, 2, 'two')]);
    const { records, finished } = await watchDemand(plane, {}, view, new AbortController().signal);
    assert.deepEqual([view.ended, records.length, finished, view.ends], [['one', 'two'], 2, true, 1]);
  });

  it('asks for the records behind those that it has, until it has all', async () => {
    const asked: number[] = [];
    const pages = [status(true, 5, 'two', 'three'), status(true, 5, 'four', 'five')];
    const plane: BatchPlane = {
      ...planeOf([status(false, 1, 'one')]),
      demandStatus: (_id, _waitMs, _signal, after) => {
        asked.push(after);
        return Promise.resolve(pages.shift()!);
      },
    };
    const { records, finished } = await watchDemand(plane, {}, new KeptView(), new AbortController().signal);
    assert.deepEqual(
      records.map(({ file }) => file),
      ['one', 'two', 'three', 'four', 'five'],
    );
    assert.deepEqual([asked, finished], [[1, 3], true]);
  });

  it('gives how many more files have ended than it has records of', async () => {
    const plane = planeOf([{ ...status(true, 1, 'one'), further: { refused: 2 } }]);
    const watched = await watchDemand(plane, {}, new KeptView(), new AbortController().signal);
    assert.deepEqual(watched, { ...watched, further: { refused: 2 }, finished: true });
  });

  it('says once which files are still being written', async () => {
    const view = new KeptView();
    const stillWritten = [{ tenant: 'north', file: 'grow.csv' }];
    const plane = planeOf([
      status(false, 0),
      { ...status(false, 0), stillWritten },
      { ...status(false, 0), stillWritten },
      { ...status(true, 0), stillWritten },
    ]);
    const watched = await watchDemand(plane, {}, view, new AbortController().signal);
    assert.deepEqual([watched.stillWritten, view.notes.length], [stillWritten, 1]);
    assert.match(view.notes[0]!, /still being written: north\/grow\.csv/i);
  });

  it('stops at Ctrl-C with what there is, and says so', async () => {
    const view = new KeptView();
    const leaving = new AbortController();
    let asked = 0;
    const plane = planeOf([status(false, 1, 'one'), status(false, 1)], () => {
      if (++asked === 3) leaving.abort();
    });
    const { records, finished } = await watchDemand(plane, {}, view, leaving.signal);
    assert.deepEqual([records.length, finished, view.ends, view.notes.length], [1, false, 1, 1]);
  });

  it('clears the view when the control plane goes away', async () => {
    const view = new KeptView();
    const plane = { ...planeOf([status(false, 0)]), demandStatus: () => Promise.reject(new Error('gone')) };
    await assert.rejects(watchDemand(plane, {}, view, new AbortController().signal), /gone/);
    assert.equal(view.ends, 1);
  });
});
