import type { AsyncDisposer } from '../foundation/disposables.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread } from '../foundation/thread-call.ts';

export interface FileHash {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Bytes that were hashed. */
  size: number;
}

/** What the hashing thread offers. `cancelled` is shared memory: the reading stops when its first element is not 0. */
export interface HashApi {
  hash(path: string, cancelled: Int32Array): Promise<FileHash>;
}

/** Hashes files in a thread of its own, one after another in the order they were asked for; memory stays constant. */
export class FileHasher implements AsyncDisposer {
  readonly #thread = new Thread<HashApi>('hash-worker', programPath('hash-worker'), undefined);

  /**
   * SHA-256 and size of a file.
   * @throws PlatformError with the system's code (ENOENT, EACCES), NOT_A_FILE; the signal's reason when it aborts
   */
  async hash(path: string, signal?: AbortSignal): Promise<FileHash> {
    signal?.throwIfAborted();
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const hashed = this.#thread.call.hash(path, cancelled);
    if (!signal) return hashed;
    let stopListening: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      const onAbort = (): void => {
        Atomics.store(cancelled, 0, 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      stopListening = () => signal.removeEventListener('abort', onAbort);
    });
    try {
      return await Promise.race([hashed, aborted]);
    } finally {
      stopListening();
    }
  }

  async dispose(): Promise<void> {
    await this.#thread.dispose();
  }
}
