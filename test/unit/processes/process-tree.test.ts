import assert from 'node:assert/strict';
import type { ProcessInfo } from '../../../src/processes/process-list.ts';
import { ProcessTable, treeMembers } from '../../../src/processes/process-tree.ts';

/** pid, parent, group (also the session), started */
function table(...rows: [number, number, number, number?][]): ProcessTable {
  return new ProcessTable(
    rows.map(([pid, parentPid, groupId, startedAt = pid]): ProcessInfo => ({
      pid,
      parentPid,
      groupId,
      sessionId: groupId,
      residentBytes: 0,
      cpuSeconds: 0,
      startedAt,
    })),
  );
}

function members(
  of: ProcessTable,
  { known = { 100: 100 }, marked = [] }: { known?: Record<number, number>; marked?: number[] } = {},
): number[] {
  const seen = new Map(Object.entries(known).map(([pid, startedAt]) => [Number(pid), startedAt]));
  return treeMembers(of, { rootPid: 100, known: seen, marked: new Set(marked) })
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

describe('the members of a process tree', () => {
  it('are the root and all its descendants, whatever group they chose', () => {
    assert.deepEqual(
      members(table([1, 0, 1], [100, 50, 100], [101, 100, 101], [102, 101, 102], [103, 50, 50])),
      [100, 101, 102],
    );
  });

  it('are those of its group whose parents have ended, also after the root’s end', () => {
    assert.deepEqual(members(table([1, 0, 1], [101, 1, 100], [102, 101, 102])), [101, 102]);
  });

  it('are daemons that were members once', () => {
    assert.deepEqual(members(table([1, 0, 1], [105, 1, 105]), { known: { 100: 100, 105: 105 } }), [105]);
  });

  it('are processes that carry the marker, with their children', () => {
    assert.deepEqual(
      members(table([1, 0, 1], [105, 1, 105], [106, 105, 106], [107, 1, 107]), { marked: [105] }),
      [105, 106],
    );
  });

  it('are not later processes that were given the pid or group of one that has ended', () => {
    assert.deepEqual(members(table([1, 0, 1], [100, 1, 100, 900], [101, 100, 100, 901])), []);
    assert.deepEqual(members(table([1, 0, 1], [105, 1, 105, 900]), { known: { 100: 100, 105: 105 } }), []);
  });

  it('are never the process that looks', () => {
    assert.deepEqual(members(table([100, 1, 100], [process.pid, 100, 100])), [100]);
  });
});
