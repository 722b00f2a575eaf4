import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { isDiskFull, systemCode } from '../foundation/errors.ts';
import type { Checkpoint, FileCheckpoint } from '../protocol/checkpoints.ts';
import { checkpoint, noCounts, noUsage } from '../protocol/checkpoints.ts';
import type { BatchJob } from '../protocol/jobs.ts';
import { diskFull } from './faults.ts';

/** Where a run's checkpoint is kept; what was saved survives any crash. */
export interface CheckpointStore {
  load(): Promise<Checkpoint | null>;
  save(state: Checkpoint): Promise<void>;
}

/** The checkpoint as a file beside the job; replaced as a whole. */
export class CheckpointFile implements CheckpointStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns null when there is none; an unreadable one throws, for guessing would repeat or lose records */
  async load(): Promise<Checkpoint | null> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
    return checkpoint.parse(JSON.parse(text));
  }

  async save(state: Checkpoint): Promise<void> {
    try {
      await writeFileAtomic(this.#path, JSON.stringify(state));
    } catch (error) {
      throw isDiskFull(error) ? diskFull(this.#path, error) : error;
    }
  }
}

/**
 * The state in which a run begins: where its checkpoint left off, or at the start. A file that was begun by another version
 * of the app, or by an app with state, starts anew.
 */
export function resumeState(job: BatchJob, saved: Checkpoint | null): Checkpoint {
  const usage = saved?.usage ?? noUsage();
  const sameApp = saved?.appHash === job.app.hash && !job.app.stateful;
  const files = job.files.map((_, index): FileCheckpoint => {
    const before = saved?.files[index];
    if (before && (before.state === 'done' || before.state === 'failed')) return before;
    if (before && sameApp) return before;
    return { ...notBegun(index), seconds: before?.seconds ?? 0, startedAt: before?.startedAt ?? null };
  });
  const attempt = (saved?.attempt ?? 0) + 1;
  const phase = saved?.phase ?? 'spool';
  return { runId: job.runId, attempt, phase, appHash: job.app.hash, files, ended: null, usage };
}

function notBegun(index: number): FileCheckpoint {
  return {
    index,
    state: 'pending',
    position: { bytes: 0, lines: 0, records: 0 },
    counters: noCounts(),
    columns: null,
    quarantineBytes: 0,
    startedAt: null,
    endedAt: null,
    seconds: 0,
    workedSeconds: 0,
    cause: null,
    warnings: [],
  };
}
