import { within } from '../../foundation/deadlines.ts';
import type { AsyncDisposer } from '../../foundation/disposables.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { programPath } from '../../foundation/programs.ts';
import { Thread } from '../../foundation/thread-call.ts';
import type { ProfileCalls } from '../profile-thread.ts';

/** After that long without a question the thread and its memory go; it comes again in about 0.2 s. */
const idleMs = 120_000;

/** A profile thread that lives while it is asked. One that hangs or dies is replaced by the next question. */
export class IdleThread implements AsyncDisposer {
  readonly #name: string;
  readonly #root: string;
  #thread: Thread<ProfileCalls> | undefined;
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;
  #disposed = false;

  /** @param root the platform folder, absolute */
  constructor(name: string, root: string) {
    this.#name = name;
    this.#root = root;
  }

  /** @throws what the thread throws, and DEADLINE_EXCEEDED after `milliseconds` */
  async ask<T>(
    milliseconds: number,
    what: string,
    question: (call: Thread<ProfileCalls>['call']) => Promise<T>,
  ): Promise<T> {
    if (this.#disposed) throw new Error(`nobody waits for ${what} any more`);
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= new Thread<ProfileCalls>(this.#name, programPath('profile-thread'), this.#root));
    this.#asked++;
    try {
      return await within(milliseconds, what, question(thread.call));
    } catch (error) {
      const answered = error instanceof PlatformError && error.code !== 'DEADLINE_EXCEEDED';
      if (!answered && this.#thread === thread) this.#end();
      throw error;
    } finally {
      this.#asked--;
      if (this.#asked === 0) this.#idle = setTimeout(() => this.#end(), idleMs).unref();
    }
  }

  #end(): void {
    void this.#thread?.dispose();
    this.#thread = undefined;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#idle);
    await this.#thread?.dispose();
    this.#thread = undefined;
  }
}
