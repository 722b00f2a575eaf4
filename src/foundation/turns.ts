import { unlessAborted } from './deadlines.ts';

/** Work on one thing, one piece after another in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does `work` once everything before it is over, however that ended.
   * @param signal drops the work while it waits: then its reason is thrown at once. Work that has begun sees to it itself
   */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    const turn = unlessAborted(before, signal).then(work);
    // What is dropped does not let its successor pass what it waited for.
    this.#last = Promise.allSettled([before, turn]);
    return turn;
  }
}
