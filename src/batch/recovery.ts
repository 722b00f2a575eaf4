import { readdir, readFile } from 'node:fs/promises';
import { pause } from '../foundation/deadlines.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { isAlive } from '../processes/is-alive.ts';
import { killTree } from '../processes/process-tree.ts';
import type { ProcessWatcher } from '../processes/process-watcher.ts';
import { RunFolder, runMark, type ReturnedFile } from './run-folder.ts';
import { parseTaken } from './taken-original.ts';

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
 * @returns what was found, by run; with a problem where it had to stay: staging cannot be written, say
 */
export async function returnOrphans(
  folder: PlatformFolder,
  open: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<(ReturnedFile & { tenant: string; runId: string })[]> {
  const returned: Awaited<ReturnType<typeof returnOrphans>> = [];
  const runs = new Set([...(await readdir(folder.workFolders).catch(() => [])), ...(await runsInStaging(folder))]);
  for (const runId of runs) {
    const tenant = /^(.+)-\d+$/.exec(runId)?.[1];
    if (open.has(runId) || tenant === undefined) continue;
    signal?.throwIfAborted();
    // Without the profile a file whose name is taken stays: it may get no name that no app takes.
    const files = await new RunFolder(folder, tenant, runId).giveAllBack(() => false);
    for (const file of files) returned.push({ tenant, runId, ...file });
  }
  return returned;
}

/** Runs whose files have their originals in staging. */
async function runsInStaging(folder: PlatformFolder): Promise<string[]> {
  const runs: string[] = [];
  for (const tenant of await readdir(folder.tenants).catch(() => [])) {
    for (const entry of await readdir(folder.staging(tenant)).catch(() => [])) {
      const runId = parseTaken(entry)?.runId;
      // Anybody who may write there can give a file such a name: only runs of the tenant itself are meant.
      if (runId?.slice(0, runId.lastIndexOf('-')) === tenant) runs.push(runId);
    }
  }
  return runs;
}

async function runnerPid(path: string): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await readFile(path, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
