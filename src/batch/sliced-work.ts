/** One piece of work: `step` does a little of it, and gives the result with the last step, null before. */
interface Task {
  step: () => Promise<{ result: unknown } | null>;
  signal: AbortSignal | undefined;
  /** Told when the work is not to be finished. */
  giveUp: () => Promise<void>;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * Work that is done in short steps, one at a time. Tenants take turns step by step, and so do the tasks of each, so that whoever
 * has much to do does not keep the others waiting.
 */
export class SlicedWork {
  /** Tasks that are not finished, by tenant; whose turn is next comes first. */
  readonly #tasks = new Map<string, Task[]>();
  #working = false;

  /**
   * Resolves with the result of the last step.
   * @throws what a step throws; the signal's reason as soon as it aborts
   */
  async do<T>(
    tenant: string,
    step: () => Promise<{ result: T } | null>,
    giveUp: () => Promise<void>,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    let stopListening: () => void = () => undefined;
    const done = new Promise<T>((resolve, reject) => {
      const tasks = this.#tasks.get(tenant) ?? [];
      tasks.push({ step, signal, giveUp, resolve: resolve as Task['resolve'], reject });
      this.#tasks.set(tenant, tasks);
      const onAbort = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', onAbort, { once: true });
      stopListening = () => signal?.removeEventListener('abort', onAbort);
    });
    if (!this.#working) void this.#work();
    try {
      return await done;
    } finally {
      stopListening();
    }
  }

  /** Never rejects: what fails is told to whom it is done for. */
  async #work(): Promise<void> {
    this.#working = true;
    for (let [next] = this.#tasks; next; [next] = this.#tasks) {
      const [tenant, tasks] = next;
      const task = tasks.shift();
      this.#tasks.delete(tenant);
      if (tasks.length > 0) this.#tasks.set(tenant, tasks);
      if (task && !(await isFinished(task))) {
        // By now the tenant may have others.
        const waiting = this.#tasks.get(tenant) ?? [];
        waiting.push(task);
        this.#tasks.set(tenant, waiting);
      }
    }
    this.#working = false;
  }
}

async function isFinished({ step, signal, giveUp, resolve, reject }: Task): Promise<boolean> {
  try {
    if (signal?.aborted) {
      await giveUp();
      return true;
    }
    const last = await step();
    if (last) resolve(last.result);
    return last !== null;
  } catch (error) {
    reject(error as Error);
    return true;
  }
}
