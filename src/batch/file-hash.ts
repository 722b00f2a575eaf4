import type { AsyncDisposer } from '../foundation/disposables.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread } from '../foundation/thread-call.ts';
import type { AppForm } from '../protocol/jobs.ts';
import type { Reading } from './line-count.ts';
import { SlicedWork } from './sliced-work.ts';

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
  readonly #thread = new Thread<HashApi>('hash-worker', programPath('hash-worker'), undefined);
  readonly #work = new SlicedWork();
  #files = 0;

  /**
   * SHA-256, size and lines of a tenant's file (absolute path).
   * @throws PlatformError with the system's code (ENOENT, EACCES), NOT_A_FILE; the signal's reason when it aborts
   */
  async hash(tenant: string, path: string, reading: Reading, { signal, hashed }: Hashing = {}): Promise<FileHash> {
    const id = this.#files++;
    const { call } = this.#thread;
    const part = async () => {
      const result = await call.part(id, path, reading);
      hashed?.(typeof result === 'number' ? result : result.size);
      return typeof result === 'number' ? null : { result };
    };
    return this.#work.do(tenant, part, () => call.close(id), signal);
  }

  /**
   * Hash of an app: its code as it is now, and the terms that its run began with. A run that continues with another hash begins
   * its file anew. What the app writes into its folder as it works is no code, see `AppFiles`. Of a very large folder the first files count, and of what is beyond some megabytes its size and time.
   */
  async appHash(tenant: string, { folder, code }: AppCode, terms: string): Promise<string> {
    const whole = async () => ({ result: await this.#thread.call.app({ folder, code }, terms) });
    return this.#work.do(tenant, whole, () => Promise.resolve());
  }

  async dispose(): Promise<void> {
    await this.#thread.dispose();
  }
}
