import { readEnvironmentVariable } from './proc-filesystem.ts';
import type { ProcessInfo } from './process-list.ts';

/** The environment variable by which the processes of a run are recognised, whoever their parent is by now. */
export const runMarkerVariable = 'MYSIMBDP_RUN';

const readsAtOnce = 8;

/**
 * Reads the run markers of processes, once for each process. Only Linux shows the environment of others; elsewhere
 * nothing is found, and a tree is known by parents and groups alone.
 */
export class RunMarkers {
  readonly #seen = new Map<number, { startedAt: number; marker: string | null }>();

  /** The markers of those processes that carry one, by pid. */
  async read(processes: readonly ProcessInfo[]): Promise<ReadonlyMap<number, string>> {
    const found = new Map<number, string>();
    if (process.platform !== 'linux') return found;
    const queue = processes.values();
    await Promise.all(
      Array.from({ length: readsAtOnce }, async () => {
        for (const item of queue) {
          const marker = await this.#markerOf(item);
          if (marker !== null) found.set(item.pid, marker);
        }
      }),
    );
    return found;
  }

  /** Forgets processes that have ended. */
  keepOnly(isAlive: (pid: number) => boolean): void {
    for (const pid of this.#seen.keys()) if (!isAlive(pid)) this.#seen.delete(pid);
  }

  async #markerOf({ pid, startedAt, residentBytes }: ProcessInfo): Promise<string | null> {
    const seen = this.#seen.get(pid);
    if (seen?.startedAt === startedAt) return seen.marker;
    if (residentBytes === 0) return null; // a thread of the kernel
    const marker = await readEnvironmentVariable(pid, runMarkerVariable);
    if (marker !== undefined) this.#seen.set(pid, { startedAt, marker });
    return marker ?? null;
  }
}
