import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { faultOf, systemCode, type Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { exists, freePath, moveFile, unfinished } from './move-file.ts';
import type { StagedFile } from './staging.ts';
import { quarantinedFile, reasonPath, rejectsPath } from './quarantine-places.ts';

/** What the processes of a run carry as a mark: unlike the run's id, unique among all platform folders of the machine. */
export function runMark(folder: PlatformFolder, runId: string): string {
  return `${runId}@${createHash('sha256').update(realPath(folder.root)).digest('hex').slice(0, 12)}`;
}

/** The next control plane may be started by another path. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

type FileStanding = Pick<StagedFile, 'size' | 'mtimeMs'>;

/** A copy to another device keeps the time to the millisecond. */
function isSame(a: FileStanding, b: FileStanding): boolean {
  return a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) < 1;
}

/**
 * The files of one run on their way: out of staging into `.mysimbdp/work/<run>/`, and from there to the archive, to quarantine
 * or back. Every move can be repeated after a crash.
 */
export class RunFolder {
  readonly #folder: PlatformFolder;
  readonly #tenant: string;
  readonly #runId: string;

  constructor(folder: PlatformFolder, tenant: string, runId: string) {
    this.#folder = folder;
    this.#tenant = tenant;
    this.#runId = runId;
  }

  get checkpointPath(): string {
    return join(this.#folder.work(this.#runId), 'checkpoint.json');
  }
  /** Holds the pid of the run's runner while there is one. */
  get runnerPath(): string {
    return join(this.#folder.work(this.#runId), 'runner.json');
  }
  workPath(name: string): string {
    return join(this.#files, name);
  }
  archivePath(name: string): string {
    return join(this.#folder.archive(this.#tenant), this.#runId, name);
  }
  /** Takes the rejected records of a file. */
  rejectsPath(name: string): string {
    return rejectsPath(this.#quarantine, name);
  }
  /** As records name places: relative to the platform folder, with `/`. */
  display(path: string): string {
    return relative(this.#folder.root, path).replaceAll('\\', '/');
  }

  async create(): Promise<void> {
    await mkdir(this.#files, { recursive: true });
  }

  /**
   * Takes a file out of staging, so that nobody changes it under the run.
   * @param seen how it stood when it was found complete
   * @returns its size and time; undefined when it is gone, no longer a file, or another one by now: that has to settle first
   */
  async admit(seen: Pick<StagedFile, 'name' | 'size' | 'mtimeMs'>): Promise<FileStanding | undefined> {
    const from = join(this.#folder.staging(this.#tenant), seen.name);
    const to = this.workPath(seen.name);
    try {
      await moveFile(from, to);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    const stats = await lstat(to);
    if (!stats.isFile() || !isSame(stats, seen)) {
      await this.giveBack(seen.name);
      return undefined;
    }
    return { size: stats.size, mtimeMs: stats.mtimeMs };
  }

  /** @returns where the file is now; null when somebody has removed it */
  async archive(name: string): Promise<string | null> {
    return this.#settle(name, this.archivePath(name));
  }

  /** Puts the file into quarantine, with its reason. @returns where it is now; null when somebody has removed it */
  async quarantine(name: string, reason: Fault): Promise<string | null> {
    const to = quarantinedFile(this.#quarantine, name);
    const place = await this.#settle(name, to);
    // Without the file nobody looks for its reason there; the ingestion log has it.
    if (place !== null) await writeReason(to, { tenant: this.#tenant, run: this.#runId, file: name, ...reason });
    return place;
  }

  /** Puts the file back into staging; under another name where a new file has taken its own. @returns where it is now */
  async giveBack(name: string): Promise<string | null> {
    const staging = this.#folder.staging(this.#tenant);
    // After a crash it may be back already.
    if (!(await exists(this.workPath(name)))) return this.display(join(staging, name));
    return this.#settle(name, await freePath(staging, name));
  }

  /** Files that are still in the run's work folder; what a copy had not finished is in staging as well. */
  async leftOver(): Promise<string[]> {
    const names = await readdir(this.#files).catch((error: unknown) => {
      // Only of a folder that is not there it is known that it holds nothing.
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => !name.endsWith(unfinished));
  }

  /**
   * Puts every file that is left back into staging, each whatever becomes of the others, and removes the run's folder once none
   * is left. Can be repeated. @returns the files; with a problem those that had to stay
   */
  async giveAllBack(): Promise<{ file: string; problem?: Fault }[]> {
    const returned: { file: string; problem?: Fault }[] = [];
    for (const file of await this.leftOver()) {
      const problem = await this.giveBack(file).then(() => undefined, faultOf);
      returned.push(problem ? { file, problem } : { file });
    }
    if (returned.every(({ problem }) => !problem)) await this.remove();
    return returned;
  }

  async remove(): Promise<void> {
    await rm(this.#folder.work(this.#runId), { recursive: true, force: true });
  }

  get #files(): string {
    return join(this.#folder.work(this.#runId), 'files');
  }

  get #quarantine(): string {
    return join(this.#folder.quarantine(this.#tenant), this.#runId);
  }

  async #settle(name: string, to: string): Promise<string | null> {
    await mkdir(dirname(to), { recursive: true });
    try {
      await moveFile(this.workPath(name), to);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      // After a crash the file may be where it belongs already.
      if (!(await exists(to))) return null;
    }
    return this.display(to);
  }
}

/** Puts a refused file of staging into quarantine, with its reason. @returns its new place, for records */
export async function quarantineRefused(
  folder: PlatformFolder,
  tenant: string,
  name: string,
  reason: Fault,
): Promise<string> {
  const directory = join(folder.quarantine(tenant), 'refused');
  let to = quarantinedFile(directory, name);
  await mkdir(dirname(to), { recursive: true });
  for (let again = 1; await exists(to); again++) to = quarantinedFile(directory, `${again}-${name}`);
  await moveFile(join(folder.staging(tenant), name), to);
  await writeReason(to, { tenant, run: null, file: name, ...reason });
  return relative(folder.root, to).replaceAll('\\', '/');
}

async function writeReason(file: string, reason: Fault & Record<string, unknown>): Promise<void> {
  await writeFile(reasonPath(file), `${JSON.stringify({ time: new Date().toISOString(), ...reason }, null, 2)}\n`);
}
