import assert from 'node:assert/strict';
import { DueApps } from '../../../src/batch/due-apps.ts';

describe('what is due', () => {
  let due: DueApps;
  let told: [string, string | null][];
  beforeEach(() => {
    told = [];
    due = new DueApps((app, trigger) => void told.push([app, trigger]));
  });
  const filesOf = (app: string) => {
    const is = due.of(app);
    return is && [is.trigger, ...is.files.keys()];
  };
  /** Looks at staging, where these files of any app are at hand; `meanwhile` happens while that goes on. */
  function look(files: string[], meanwhile: () => void = () => undefined): void {
    const number = due.look();
    meanwhile();
    due.looked(number, () => new Set(files));
  }

  it('is what was there at the time, however much comes later', () => {
    due.ask('hand', 'demand');
    assert.deepEqual(filesOf('hand'), ['demand']);
    look(['a', 'b']);
    assert.deepEqual(filesOf('hand'), ['demand', 'a', 'b']);
    look(['b', 'c']);
    assert.deepEqual(filesOf('hand'), ['demand', 'b']);
    look(['c', 'd']);
    assert.equal(filesOf('hand'), undefined);
  });

  it('is nothing when nothing is there', () => {
    due.ask('hand', 'cron');
    look([]);
    assert.equal(filesOf('hand'), undefined);
    assert.deepEqual(told, [
      ['hand', 'cron'],
      ['hand', null],
    ]);
  });

  it('is known by a look that began behind the demand', () => {
    look(['a'], () => due.ask('hand', 'demand'));
    assert.deepEqual(filesOf('hand'), ['demand']);
    look(['a', 'b'], () => due.ask('hand', 'cron'));
    assert.deepEqual(filesOf('hand'), ['cron', 'a', 'b']);
    look(['b', 'c']);
    assert.deepEqual(filesOf('hand'), ['cron', 'b', 'c']);
  });

  it('stays noted until the run that takes the last of it is open', () => {
    due.ask('hand', 'cron');
    look(['a']);
    due.take('hand', ['a']);
    look([]);
    assert.deepEqual(told, [['hand', 'cron']]);
    due.taken('hand', 'cron', []);
    assert.deepEqual(told.at(-1), ['hand', null]);
    // Taken in vain: it is due again.
    due.ask('hand', 'cron');
    look(['b']);
    due.take('hand', ['b']);
    due.taken('hand', 'cron', ['b']);
    assert.deepEqual(filesOf('hand'), ['cron', 'b']);
  });

  it('is no longer what a run has taken, but again what is put back, also if a look has not seen that', () => {
    due.ask('hand', 'demand');
    look(['a', 'b']);
    due.take('hand', ['a', 'b']);
    look(['a'], () => due.taken('hand', 'demand', ['b']));
    assert.deepEqual(filesOf('hand'), ['demand', 'b']);
    look([]);
    due.giveBack('hand', 'arrival', ['b']);
    assert.equal(filesOf('hand'), undefined);
  });
});
