import { until, within } from '../../../src/foundation/deadlines.ts';
import { listProcesses, type ProcessInfo } from '../../../src/processes/process-list.ts';
import { ProcessTable, treeMembers } from '../../../src/processes/process-tree.ts';

/** The processes that a process started, itself included, also those that left its group. */
export async function processTree(pid: number): Promise<ProcessInfo[]> {
  return treeMembers(new ProcessTable(await listProcesses()), { rootPid: pid, known: new Map(), marked: new Set() });
}

/**
 * Ends a process that leads its own group, and everything it started: asks the group, waits for `patience` ms, then
 * kills what is left. Rejects when something is left even then.
 */
export async function endTree(pid: number, patience: number): Promise<void> {
  const members = await processTree(pid);
  if (members.length === 0) return;
  signal(-pid, 'SIGTERM');
  try {
    await until(patience, 'the end of the processes', async () => (await living(members)).length === 0);
  } catch {
    for (const left of await living(members)) signal(left.pid, 'SIGKILL');
    await until(5000, `the end of process ${pid} and its children`, async () => (await living(members)).length === 0);
  }
}

/** Those that still live; a later process with the same pid is another. */
async function living(members: readonly ProcessInfo[]): Promise<ProcessInfo[]> {
  const now = new Map((await within(10_000, 'the list of processes', listProcesses())).map((item) => [item.pid, item]));
  return members.filter(({ pid, startedAt }) => now.get(pid)?.startedAt === startedAt);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
