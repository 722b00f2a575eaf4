import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import type { ProcessEnd } from '../processes/supervised-process.ts';
import type { Checkpoint } from '../protocol/checkpoints.ts';

/** What the processes of a run have used, over all attempts so far: it only grows. */
export const runUsage = z.object({
  /** While processes were there: neither pauses between attempts nor the time without a control plane. */
  seconds: z.number(),
  /** Of the process trees, as far as they were seen. */
  cpuSeconds: z.number(),
  peakRssBytes: z.number(),
  /** Of each attempt its peak times its seconds, in MiB·s. */
  memoryMbSeconds: z.number(),
});
export type RunUsage = z.infer<typeof runUsage>;

export const nothingUsed: RunUsage = { seconds: 0, cpuSeconds: 0, peakRssBytes: 0, memoryMbSeconds: 0 };

/** What was used before an attempt, and what its process tree has used in `seconds`. */
export function withAttempt(
  before: RunUsage,
  seconds: number,
  { cpuSeconds, peakResidentBytes }: Pick<ProcessEnd, 'cpuSeconds' | 'peakResidentBytes'>,
): RunUsage {
  return {
    seconds: before.seconds + seconds,
    cpuSeconds: before.cpuSeconds + cpuSeconds,
    peakRssBytes: Math.max(before.peakRssBytes, peakResidentBytes),
    memoryMbSeconds: before.memoryMbSeconds + (peakResidentBytes / 2 ** 20) * seconds,
  };
}

/** The later of two accounts of one run: every figure only grows. */
export function laterOf(a: RunUsage, b: RunUsage): RunUsage {
  return {
    seconds: Math.max(a.seconds, b.seconds),
    cpuSeconds: Math.max(a.cpuSeconds, b.cpuSeconds),
    peakRssBytes: Math.max(a.peakRssBytes, b.peakRssBytes),
    memoryMbSeconds: Math.max(a.memoryMbSeconds, b.memoryMbSeconds),
  };
}

/** With what only the runner itself has seen: it may have been at work without a control plane, or for less than a look took. */
export function withCheckpoint(used: RunUsage, checkpoint: Checkpoint | null): RunUsage {
  if (!checkpoint) return used;
  const { seconds, cpuSeconds, peakRssBytes } = checkpoint.usage;
  const unseen = Math.max(0, seconds - used.seconds);
  return {
    seconds: used.seconds + unseen,
    cpuSeconds: Math.max(used.cpuSeconds, cpuSeconds),
    peakRssBytes: Math.max(used.peakRssBytes, peakRssBytes),
    memoryMbSeconds: used.memoryMbSeconds + (peakRssBytes / 2 ** 20) * unseen,
  };
}

/** The account that a control plane keeps while a runner is at work: its successor, if it is killed, goes on from there. */
export class UsageFile {
  readonly #path: string;
  #written: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<RunUsage> {
    try {
      return runUsage.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return nothingUsed;
    }
  }

  /** Resolves when it is written, or cannot be: a full disk is told by others. */
  async write(used: RunUsage): Promise<void> {
    this.#written = this.#written.then(() => writeFileAtomic(this.#path, JSON.stringify(used))).catch(() => undefined);
    await this.#written;
  }
}
