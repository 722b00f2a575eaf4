import type { PreparingRun } from '../protocol/management.ts';
import type { WaitingFile } from './tenant-intake.ts';

/** How often it tells of its progress. Milliseconds. */
const tellEveryMs = 1000;

/** A run that is being made of reserved files: until it is open, only this knows of it. */
export class RunInPreparation {
  readonly app: string;
  readonly files: readonly WaitingFile[];
  /** Undefined until the run has its number. */
  runId: string | undefined;
  #isCancelled = false;
  /** Bytes of the files that are hashed, and of the one at hand. */
  #hashedFiles = 0;
  #hashedOfFile = 0;
  #toldAt = performance.now();
  readonly #changed: () => void;
  readonly #ending = new AbortController();
  readonly #over: Promise<boolean>;
  #tellOver: (cancelled: boolean) => void = () => undefined;
  readonly #leave: () => void;

  /**
   * @param changed told when there is something new to show
   * @param stop ends it: what was prepared so far is undone
   */
  constructor(app: string, files: readonly WaitingFile[], changed: () => void, stop: AbortSignal) {
    this.app = app;
    this.files = files;
    this.#changed = changed;
    this.#over = new Promise((resolve) => (this.#tellOver = resolve));
    const onStop = () => this.#ending.abort(stop.reason);
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
    this.#leave = () => stop.removeEventListener('abort', onStop);
  }

  /** Aborted when it is cancelled, or the platform stops. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  get bytes(): number {
    return this.files.reduce((sum, { size }) => sum + size, 0);
  }

  /** Has the run opened as one that is cancelled. @returns whether it came in time, once that is durable */
  cancel(): Promise<boolean> {
    this.#isCancelled = true;
    this.#ending.abort(new Error('the run was cancelled'));
    return this.#over;
  }

  /** It is over. @param cancelled whether the run that is open now has that as its verdict */
  end(cancelled: boolean): void {
    this.#leave();
    this.#tellOver(cancelled);
  }

  /** @param bytes of the file at hand so far */
  readonly hashed = (bytes: number): void => {
    this.#hashedOfFile = bytes;
    if (performance.now() - this.#toldAt < tellEveryMs) return;
    this.#toldAt = performance.now();
    this.#changed();
  };

  fileHashed(): void {
    this.#hashedFiles += this.#hashedOfFile;
    this.#hashedOfFile = 0;
  }

  /** Undefined as long as nothing could be done with it. */
  status(): PreparingRun | undefined {
    const { runId, app, files, bytes } = this;
    if (runId === undefined) return undefined;
    const hashedBytes = this.#hashedFiles + this.#hashedOfFile;
    return { runId, app, files: files.map(({ name }) => name), bytes, hashedBytes, ready: false };
  }
}
