import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pause } from '../foundation/deadlines.ts';
import type { ProcessInfo } from './process-list.ts';

/** What a tree is recognised by, also when its root has ended. */
export interface TreeIdentity {
  rootPid: number;
  /** Members seen before, pid to `startedAt`; they stay members when their parents end. */
  known: ReadonlyMap<number, number>;
  /** Pids whose environment carries the tree's marker. */
  marked: ReadonlySet<number>;
}

/** A list of processes, indexed once for all trees that are looked for in it. */
export class ProcessTable {
  readonly processes: readonly ProcessInfo[];
  readonly #byPid = new Map<number, ProcessInfo>();
  readonly #byParent = new Map<number, ProcessInfo[]>();

  constructor(processes: readonly ProcessInfo[]) {
    this.processes = processes;
    for (const item of processes) {
      this.#byPid.set(item.pid, item);
      const siblings = this.#byParent.get(item.parentPid);
      if (siblings) siblings.push(item);
      else this.#byParent.set(item.parentPid, [item]);
    }
  }

  get(pid: number): ProcessInfo | undefined {
    return this.#byPid.get(pid);
  }

  childrenOf(pid: number): readonly ProcessInfo[] {
    return this.#byParent.get(pid) ?? [];
  }
}

/**
 * The processes of a tree: those known before, those of the root's group and session, those that carry the marker, and
 * all their descendants. So children that forked twice, left the group or became daemons are found as well.
 */
export function treeMembers(table: ProcessTable, tree: TreeIdentity): ProcessInfo[] {
  const members = new Map<number, ProcessInfo>();
  const waiting: ProcessInfo[] = [];
  const root = table.get(tree.rootPid);
  // Another process has the root's pid: then the group and session of that number are not the tree's either.
  const reused = root !== undefined && isAnother(root, tree.known);
  for (const item of table.processes) {
    const related =
      tree.known.get(item.pid) === item.startedAt ||
      tree.marked.has(item.pid) ||
      (!reused && (item.groupId === tree.rootPid || item.sessionId === tree.rootPid));
    if (related) waiting.push(item);
  }
  for (let item = waiting.pop(); item; item = waiting.pop()) {
    if (members.has(item.pid) || item.pid === process.pid) continue;
    members.set(item.pid, item);
    waiting.push(...table.childrenOf(item.pid));
  }
  return [...members.values()];
}

function isAnother(item: ProcessInfo, known: ReadonlyMap<number, number>): boolean {
  const startedAt = known.get(item.pid);
  return startedAt !== undefined && startedAt !== item.startedAt;
}

const run = promisify(execFile);
const isWindows = process.platform === 'win32';
const killRounds = 60;
const longestPauseMs = 250;

/**
 * Ends every process of a tree at once, without asking it (an orderly end is asked for over the control plane's API),
 * and looks again until none is left.
 * @param members gives the living members, again for each round; when it fails, the root and its group are ended
 * @returns the members that are still there after about fifteen seconds: waiting for a device, or not ours to end
 */
export async function killTree(
  root: { readonly rootPid: number; readonly rootAlive: boolean },
  members: () => Promise<readonly ProcessInfo[]>,
): Promise<readonly ProcessInfo[]> {
  const { rootPid } = root;
  // A stopped process starts no children while its tree is being listed.
  if (root.rootAlive && !isWindows) signal(-rootPid, 'SIGSTOP');
  let left: readonly ProcessInfo[] = [];
  for (let round = 0; round < killRounds; round++) {
    try {
      left = await members();
    } catch (error) {
      if (root.rootAlive) await end(rootPid, [rootPid], true);
      throw error;
    }
    if (left.length === 0) return left;
    await end(
      rootPid,
      left.map(({ pid }) => pid),
      left.some(({ groupId }) => groupId === rootPid),
    );
    await pause(Math.min(10 * 2 ** round, longestPauseMs));
  }
  return left;
}

async function end(rootPid: number, pids: readonly number[], hasGroup: boolean): Promise<void> {
  if (isWindows) {
    const named = pids.slice(0, 200).flatMap((pid) => ['/PID', pid.toString()]);
    // Fails when some of them have ended meanwhile; the next round tells.
    await run('taskkill', ['/T', '/F', ...named], { timeout: 10_000, windowsHide: true }).catch(() => undefined);
    return;
  }
  // The whole group in one call: what its members fork meanwhile is hit as well.
  if (hasGroup) signal(-rootPid, 'SIGKILL');
  for (const pid of pids) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile; the next round tells.
  }
}
