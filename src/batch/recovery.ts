import { readdir, readFile } from 'node:fs/promises';
import { pause } from '../foundation/deadlines.ts';
import type { Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { isAlive } from '../processes/is-alive.ts';
import { killTree } from '../processes/process-tree.ts';
import type { ProcessWatcher } from '../processes/process-watcher.ts';
import { RunFolder, runMark } from './run-folder.ts';

/** How long a runner of an earlier control plane may take to end by itself: its lease, and a drain. */
const endMs = 30_000;

/**
 * Makes sure that no runner of an earlier control plane still works on the run. Where processes carry marks they are ended at
 * once; elsewhere the runner's lease ends it.
 * @param signal ends the wait for that
 * @returns false when it is still there
 */
export async function endEarlierRunner(
  folder: PlatformFolder,
  tenant: string,
  runId: string,
  watcher: ProcessWatcher,
  signal?: AbortSignal,
): Promise<boolean> {
  // By mark only: the pid that was noted may belong to somebody else by now.
  const tree = {
    rootPid: -1,
    rootAlive: false,
    marker: runMark(folder, runId),
    known: new Map<number, number>(),
    pollMs: 1000,
    observe: () => undefined,
  };
  const left = await killTree(tree, () => watcher.membersOf(tree));
  if (left.length > 0) return false;
  const pid = await runnerPid(new RunFolder(folder, tenant, runId).runnerPath);
  if (process.platform === 'linux' || pid === undefined) return true;
  const end = performance.now() + endMs;
  while (isAlive(pid)) {
    if (performance.now() > end) return false;
    await pause(250, signal);
  }
  return true;
}

/**
 * Puts files back into staging that a run had taken but that no open run knows of.
 * @param signal ends it between two runs; the files of the others are returned by the next start
 * @returns their names by tenant; with a problem where they had to stay: staging cannot be written
 */
export async function returnOrphans(
  folder: PlatformFolder,
  open: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<{ tenant: string; file: string; problem?: Fault }[]> {
  const returned: { tenant: string; file: string; problem?: Fault }[] = [];
  for (const runId of await readdir(folder.workFolders).catch(() => [])) {
    const tenant = /^(.+)-\d+$/.exec(runId)?.[1];
    if (open.has(runId) || tenant === undefined) continue;
    signal?.throwIfAborted();
    const files = await new RunFolder(folder, tenant, runId).giveAllBack();
    for (const file of files) returned.push({ tenant, ...file });
  }
  return returned;
}

async function runnerPid(path: string): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await readFile(path, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
