import type { AsyncDisposer } from '../foundation/disposables.ts';
import { controlPlaneStops } from './problems.ts';

/** The requests that wait now. Each ends when its client goes away, and all of them when the server stops. */
export class LongPolls implements AsyncDisposer {
  readonly #waiting = new Set<AbortController>();
  #stopped = false;

  /** Runs `work` with a signal that aborts when `client` does or the server stops. */
  async run<T>(client: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#stopped) throw controlPlaneStops();
    const poll = new AbortController();
    const leave = () => poll.abort(client.reason);
    // Not AbortSignal.any: in Node 20 a long-lived source keeps a reference to every signal that was made of it.
    client.addEventListener('abort', leave, { once: true });
    if (client.aborted) leave();
    this.#waiting.add(poll);
    try {
      return await work(poll.signal);
    } finally {
      this.#waiting.delete(poll);
      client.removeEventListener('abort', leave);
    }
  }

  dispose(): void {
    this.#stopped = true;
    for (const poll of this.#waiting) poll.abort(controlPlaneStops());
  }
}
