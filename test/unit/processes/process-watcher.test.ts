import assert from 'node:assert/strict';
import { until } from '../../../src/foundation/deadlines.ts';
import type { ProcessInfo } from '../../../src/processes/process-list.ts';
import { ProcessWatcher, type WatchedTree } from '../../../src/processes/process-watcher.ts';

const deadline = 10_000;

function tree(rootPid: number, seen: number[]): WatchedTree {
  return {
    rootPid,
    rootAlive: true,
    marker: `tree ${rootPid}`,
    known: new Map(),
    pollMs: 5,
    observe: (members) => seen.push(members.length),
  };
}

const info = (pid: number, parentPid: number): ProcessInfo => ({
  pid,
  parentPid,
  groupId: null,
  sessionId: null,
  residentBytes: 0,
  cpuSeconds: 0,
  startedAt: pid,
});

describe('the process watcher', () => {
  it('lists the processes once a tick, however many trees it watches', async () => {
    let passes = 0;
    const watcher = new ProcessWatcher({
      list: () => {
        passes++;
        return Promise.resolve([info(10, 1), info(11, 10), info(20, 1)]);
      },
    });
    const [one, two]: [number[], number[]] = [[], []];
    watcher.watch(tree(10, one));
    watcher.watch(tree(20, two));
    await until(deadline, 'ten ticks', () => one.length >= 10);
    watcher.dispose();
    assert.ok(passes <= one.length + 1, `${passes} passes for ${one.length} ticks`);
    assert.deepEqual([one.at(-1), two.at(-1)], [2, 1]);
  });

  it('tells once that it cannot see the processes, and goes on', async () => {
    let broken = true;
    const problems: string[] = [];
    let passes = 0;
    const seen: number[] = [];
    const watcher = new ProcessWatcher({
      list: () => {
        passes++;
        return broken ? Promise.reject(new Error('no ps here')) : Promise.resolve([info(10, 1)]);
      },
      onProblem: ({ message }) => problems.push(message),
    });
    watcher.watch(tree(10, seen));
    await until(deadline, 'three passes', () => passes >= 3);
    broken = false;
    await until(deadline, 'an observation', () => seen.length > 0);
    watcher.dispose();
    assert.deepEqual(problems, ['no ps here']);
  });

  it('stops looking when nothing is watched', async () => {
    let passes = 0;
    const seen: number[] = [];
    const watcher = new ProcessWatcher({
      list: () => {
        passes++;
        return Promise.resolve([info(10, 1)]);
      },
    });
    const unwatch = watcher.watch(tree(10, seen));
    await until(deadline, 'a tick', () => seen.length > 0);
    unwatch();
    const [before, others]: [number, number[]] = [passes, []];
    const other = new ProcessWatcher({ list: () => Promise.resolve([]) });
    other.watch(tree(1, others));
    await until(deadline, 'ten ticks of another watcher', () => others.length >= 10);
    other.dispose();
    assert.ok(passes <= before + 1);
  });
});
