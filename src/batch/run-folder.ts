import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { faultOf, systemCode, type Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { NamesAlike } from './admission.ts';
import type { FileStanding } from './move-file.ts';
import {
  copyFile,
  exists,
  freePath,
  isChanging,
  isOnlyHere,
  isSame,
  moveFile,
  putFile,
  standing,
} from './move-file.ts';
import { isUnfinished, makeStaging, type StagedFile } from './staging.ts';
import { quarantinedFile, quarantinedFiles, reasonPath, rejectsPath } from './quarantine-places.ts';
import { parseTaken, takenOriginal } from './taken-original.ts';

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

/** Whether a file cannot go back into staging now for what is there, or is not; nothing has failed. */
export function hasToStay(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'STAGING_NAME_TAKEN' || code === 'TENANT_NOT_PRESENT';
}

/** What became of a file that was to go back into staging; null: of the run's folder. */
export interface ReturnedFile {
  file: string | null;
  /** The name that it has in staging now. */
  name?: string;
  problem?: Fault;
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

  /** Where files of the run may be. */
  get folders(): string[] {
    return [this.#folder.work(this.#runId), this.#archive, this.#quarantine];
  }
  get checkpointPath(): string {
    return join(this.#folder.work(this.#runId), 'checkpoint.json');
  }
  /** What its processes have used so far. */
  get usagePath(): string {
    return join(this.#folder.work(this.#runId), 'usage.json');
  }
  /** Holds the pid of the run's runner while there is one. */
  get runnerPath(): string {
    return join(this.#folder.work(this.#runId), 'runner.json');
  }
  workPath(name: string): string {
    return join(this.#files, name);
  }
  archivePath(name: string): string {
    return join(this.#archive, name);
  }
  /** Takes the rejected records of a file. */
  rejectsPath(name: string): string {
    return rejectsPath(this.#quarantine, name);
  }

  async create(): Promise<void> {
    await mkdir(this.#files, { recursive: true });
  }

  /**
   * Takes a file out of staging, so that nobody changes it under the run. Where staging is on another device that is a copy, and
   * the original stays there, hidden.
   * @param seen how it stood when it was found complete
   * @returns its size and time, as the runner finds them; undefined when it is gone, no longer a file, or another one by now:
   * that has to settle first (and where it has taken the name, this one stays with the run until its end)
   */
  async admit(
    seen: Pick<StagedFile, 'name' | 'size' | 'mtimeMs'>,
    alike: NamesAlike,
  ): Promise<FileStanding | undefined> {
    const original = this.#original(seen.name);
    try {
      const taken = await this.#take(seen.name);
      const stats = await lstat(taken);
      if (!stats.isFile() || !isSame(stats, seen)) {
        await this.giveBack(seen.name, alike);
        return undefined;
      }
      if (taken !== original) return { size: stats.size, mtimeMs: stats.mtimeMs };
      await copyFile(original, this.workPath(seen.name));
      // Times of files are finer than those that can be given to a copy.
      const copy = await lstat(this.workPath(seen.name));
      return { size: copy.size, mtimeMs: copy.mtimeMs };
    } catch (error) {
      if (hasToStay(error)) return undefined;
      if (await exists(original)) await this.giveBack(seen.name, alike);
      if (systemCode(error) === 'ENOENT' || isChanging(error)) return undefined;
      throw error;
    }
  }

  /** Takes a file, as it is at one moment, out of reach for whoever goes by its name. @returns where it is now */
  async #take(name: string): Promise<string> {
    const from = join(this.#staging, name);
    try {
      await rename(from, this.workPath(name));
      return this.workPath(name);
    } catch (error) {
      if (systemCode(error) !== 'EXDEV') throw error;
      await moveFile(from, this.#original(name));
      return this.#original(name);
    }
  }

  /**
   * Whether somebody has written to a file since the run has taken it. Also known while a settling that was cut off is repeated.
   * @param file without a time where that is not known
   */
  async isChanged({ name, size, mtimeMs }: { name: string; size: number; mtimeMs?: number }): Promise<boolean> {
    const now = (await standing(this.#original(name))) ?? (await standing(this.workPath(name)));
    if (now) return !isSame(now, { size, mtimeMs: mtimeMs ?? now.mtimeMs });
    // What is found to be changed goes there.
    return exists(quarantinedFile(this.#quarantine, name));
  }

  /** @returns where the file is now; null when somebody has removed it */
  async archive(name: string): Promise<string | null> {
    return this.#settle(name, this.archivePath(name));
  }

  /** Puts the file into quarantine, with its reason. @returns where it is now; null when somebody has removed it */
  async quarantine(name: string, reason: Fault): Promise<string | null> {
    const place = await this.#settle(name, quarantinedFile(this.#quarantine, name));
    // Without the file nobody looks for its reason there; the ingestion log has it.
    if (place === null) return null;
    const file = join(this.#folder.root, place);
    await writeReason(file, { tenant: this.#tenant, run: this.#runId, file: name, ...reason });
    return place;
  }

  /**
   * Puts the file back into staging; under another name where a new file has taken its own.
   * @param alike whether the file's app takes it under another name
   * @returns where it is now
   * @throws PlatformError STAGING_NAME_TAKEN when it does not, TENANT_NOT_PRESENT when the tenant's folder is gone: the file
   * stays with the run, see `hasToStay`
   */
  async giveBack(name: string, alike: NamesAlike): Promise<string> {
    const copied = await exists(this.#original(name));
    const from = copied ? this.#original(name) : this.workPath(name);
    // After a crash it may be back already.
    if (!(await exists(from))) return this.#folder.display(join(this.#staging, name));
    await makeStaging(this.#folder, this.#tenant);
    // First the copy: alone it would come back as a second file.
    if (copied) await rm(this.workPath(name), { force: true });
    return this.#folder.display(await putFile(from, this.#staging, name, (other) => alike(name, other)));
  }

  /** Files that the run has and nobody has settled, wherever they are. */
  async kept(): Promise<Set<string>> {
    return new Set([...(await this.leftOver()), ...(await this.#originals())]);
  }

  /** Files that are still in the run's work folder. */
  async leftOver(): Promise<string[]> {
    const names = await readdir(this.#files).catch((error: unknown) => {
      // Only of a folder that is not there it is known that it holds nothing.
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    // What a copy had not finished is in staging as a whole.
    return names.filter((name) => !isUnfinished(name));
  }

  /**
   * Puts every file that is left back into staging, each whatever becomes of the others, and removes the run's folder once none
   * is left. Never rejects, and can be repeated.
   * @returns the files; with a problem what had to stay: a file, or (null) the folder itself
   */
  async giveAllBack(alike: NamesAlike): Promise<ReturnedFile[]> {
    const returned: ReturnedFile[] = [];
    try {
      for (const file of await this.kept()) {
        returned.push({
          file,
          ...(await this.giveBack(file, alike).then((place) => ({ name: basename(place) }), problemOf)),
        });
      }
      if (returned.every(({ problem }) => !problem)) await this.remove();
    } catch (error) {
      returned.push({ file: null, problem: faultOf(error) });
    }
    return returned;
  }

  /** Throws ENOTEMPTY while there is a file in it: one may have come late, out of a call to a disk that did not answer for long. */
  async remove(): Promise<void> {
    for (const name of await readdir(this.#files).catch(() => [])) {
      if (isUnfinished(name)) await rm(join(this.#files, name), { force: true });
    }
    await rmdir(this.#files).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rm(this.#folder.work(this.#runId), { recursive: true, force: true });
  }

  get #files(): string {
    return join(this.#folder.work(this.#runId), 'files');
  }

  get #archive(): string {
    return join(this.#folder.archive(this.#tenant), this.#runId);
  }

  get #quarantine(): string {
    return join(this.#folder.quarantine(this.#tenant), this.#runId);
  }

  get #staging(): string {
    return this.#folder.staging(this.#tenant);
  }

  #original(name: string): string {
    return takenOriginal(this.#staging, name, this.#runId);
  }

  /** Names of files whose originals are in staging. */
  async #originals(): Promise<string[]> {
    const entries = await readdir(this.#staging).catch(() => []);
    return entries.flatMap((entry) => {
      const taken = parseTaken(entry);
      return taken?.runId === this.#runId ? [taken.name] : [];
    });
  }

  /** Has the file at its place for good, and nowhere else. */
  async #settle(name: string, to: string): Promise<string | null> {
    const original = this.#original(name);
    const written = await standing(original);
    let from = this.workPath(name);
    let file = await standing(from);
    if (written && !(file && isSame(file, written))) {
      // Of two the one that the tenant has written.
      await rm(from, { force: true });
      [from, file] = [original, written];
    }
    const place = await this.#settleAt(from, file, to);
    await rm(original, { force: true });
    return place === null ? null : this.#folder.display(place);
  }

  async #settleAt(from: string, file: FileStanding | undefined, to: string): Promise<string | null> {
    const there = await standing(to);
    // After a crash the file may be where it belongs already.
    if (!file) return there ? to : null;
    if (there && isSame(file, there)) {
      await unlink(from);
      return to;
    }
    await mkdir(dirname(to), { recursive: true });
    const place = there ? await freePath(dirname(to), basename(to)) : to;
    await moveFile(from, place);
    return place;
  }
}

/**
 * Puts a refused file of staging into quarantine, with its reason.
 * @returns its new place, for records; null when it has to stay: a pipe, say, cannot be brought to another disk
 */
export async function quarantineRefused(
  folder: PlatformFolder,
  tenant: string,
  name: string,
  reason: Fault,
): Promise<string | null> {
  const files = quarantinedFiles(join(folder.quarantine(tenant), 'refused'));
  await mkdir(files, { recursive: true });
  const to = await freePath(files, name);
  try {
    // First the reason: a file without one would be there for nobody knows what.
    await writeReason(to, { tenant, run: null, file: name, ...reason });
    await moveFile(join(folder.staging(tenant), name), to);
  } catch (error) {
    await rm(reasonPath(to), { force: true });
    if (isOnlyHere(error)) return null;
    throw error;
  }
  return folder.display(to);
}

const problemOf = (error: unknown) => ({ problem: faultOf(error) });

async function writeReason(file: string, reason: Fault & Record<string, unknown>): Promise<void> {
  await writeFile(reasonPath(file), `${JSON.stringify({ time: new Date().toISOString(), ...reason }, null, 2)}\n`);
}
