import type { AsyncDisposer } from '../foundation/disposables.ts';
import { within } from '../foundation/deadlines.ts';
import { systemCode } from '../foundation/errors.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread } from '../foundation/thread-call.ts';
import type { AppForm } from '../protocol/jobs.ts';
import type { Reading } from './line-count.ts';
import { fileStuck } from './faults.ts';
import { SlicedWork } from './sliced-work.ts';
import { stuckMs } from './stuck-file.ts';

export interface FileHash {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Bytes that were hashed. */
  size: number;
  /** At least as many as there are records: its lines as they are read, so decompressed. */
  lines: number;
}

/** Where the code of an app is. */
export interface AppCode {
  /** Absolute, as a module's entry. */
  folder: string;
  code: AppForm;
}

/** Who waits for a hash. */
export interface Hashing {
  signal?: AbortSignal;
  /** Told how many bytes of the file are hashed. */
  hashed?: (bytes: number) => void;
}

/** What the hashing thread offers. */
export interface HashApi {
  /** Hashes a further part of the file that `id` stands for; the first opens it. Gives the bytes so far when there is more. */
  part(id: number, path: string, reading: Reading): Promise<FileHash | number>;
  /** Closes a file of which no further part is wanted. */
  close(id: number): Promise<void>;
  app(app: AppCode, terms: string): Promise<string>;
}

/**
 * Hashes files in a thread of its own; memory stays constant. Tenants take turns, some megabytes at a time: nobody's small file
 * waits for the end of another's large one.
 */
export class FileHasher implements AsyncDisposer {
  #thread: Thread<HashApi>;
  readonly #startThread: () => Thread<HashApi>;
  readonly #patienceMs: number;
  readonly #work = new SlicedWork();
  #files = 0;

  /** The parameters are for tests. */
  constructor(startThread = startHashThread, patienceMs = stuckMs) {
    this.#startThread = startThread;
    this.#patienceMs = patienceMs;
    this.#thread = startThread();
  }

  /**
   * SHA-256, size and lines of a tenant's file (absolute path).
   * @throws PlatformError with the system's code (ENOENT, EACCES), NOT_A_FILE, FILE_STUCK; the signal's reason when it aborts
   */
  async hash(tenant: string, path: string, reading: Reading, { signal, hashed }: Hashing = {}): Promise<FileHash> {
    const id = this.#files++;
    const part = async () => {
      const result = await this.#unlessStuck(path, (call) => call.part(id, path, reading));
      hashed?.(typeof result === 'number' ? result : result.size);
      return typeof result === 'number' ? null : { result };
    };
    return this.#work.do(tenant, part, () => this.#unlessStuck(path, (call) => call.close(id)), signal);
  }

  /**
   * Hash of an app: its code as it is now, and the terms that its run began with. A run that continues with another hash begins
   * its file anew. What the app writes into its folder as it works is no code, see `AppFiles`. Of a very large folder the first
   * files count, and of what is beyond some megabytes its size and time.
   */
  async appHash(tenant: string, { folder, code }: AppCode, terms: string): Promise<string> {
    const whole = async () => ({
      result: await this.#unlessStuck(folder, (call) => call.app({ folder, code }, terms)),
    });
    return this.#work.do(tenant, whole, () => Promise.resolve());
  }

  async dispose(): Promise<void> {
    await this.#thread.dispose();
  }

  /**
   * What does not come back holds its thread for ever: the others get another one, in which their files are begun anew.
   * @throws PlatformError FILE_STUCK
   */
  async #unlessStuck<T>(path: string, work: (call: Thread<HashApi>['call']) => Promise<T>): Promise<T> {
    const thread = this.#thread;
    try {
      return await within(this.#patienceMs, path, work(thread.call));
    } catch (error) {
      if (systemCode(error) !== 'DEADLINE_EXCEEDED') throw error;
      this.#thread = this.#startThread();
      // It may take as long to end.
      void thread.dispose();
      throw fileStuck(path, this.#patienceMs);
    }
  }
}

function startHashThread(): Thread<HashApi> {
  return new Thread<HashApi>('hash-worker', programPath('hash-worker'), undefined);
}
