import type { MessagePort } from 'node:worker_threads';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Fault, FaultKind } from './errors.ts';
import { faultOf, messageOf, PlatformError } from './errors.ts';
import type { AsyncDisposer } from './disposables.ts';

/** Functions that a thread offers; arguments and results are structured-cloned. */
export type ThreadApi = Record<string, (...args: never[]) => unknown>;

/** The same functions as the caller sees them. */
export type Remote<Api> = {
  [K in keyof Api]: Api[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

interface Call {
  id: number;
  method: string;
  args: unknown[];
}
type Answer = { id: number; value: unknown } | { id: number; fault: Fault; kind: FaultKind };

/** The thread's side: answers calls, one after another in the order they came, until the owner ends the thread. */
export function serveThread(api: ThreadApi, port: MessagePort | null = parentPort): void {
  if (!port) throw new Error('not in a worker thread');
  let last: Promise<void> = Promise.resolve();
  port.on('message', (call: Call) => {
    last = last.then(async () => {
      let answer: Answer;
      try {
        const method = api[call.method] as ((...args: unknown[]) => unknown) | undefined;
        if (!method) throw new Error(`no such call: ${call.method}`);
        answer = { id: call.id, value: await method(...call.args) };
      } catch (error) {
        answer = {
          id: call.id,
          fault: faultOf(error),
          kind: error instanceof PlatformError ? error.kind : 'failed',
        };
      }
      port.postMessage(answer);
    });
  });
}

/** What the owner handed to the thread at its start. */
export function threadInput<T>(): T {
  return workerData as T;
}

/** A thread of this process that offers `Api`; it ends with its owner's `dispose`. */
export class Thread<Api> implements AsyncDisposer {
  readonly call: Remote<Api>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 0;
  #ended: Error | undefined;

  /** @param script the bundled program of the thread; @param input structured-cloned to it as `threadInput()` */
  constructor(name: string, script: string, input: unknown) {
    this.#worker = new Worker(script, { name, workerData: input });
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('fault' in answer) waiting?.reject(revived(answer));
      else waiting?.resolve(answer.value);
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error(`the thread "${name}" has ended`)));
    this.call = new Proxy({} as Remote<Api>, {
      get:
        (_, method: string) =>
        (...args: unknown[]) =>
          this.#send(method, args),
    });
  }

  async #send(method: string, args: unknown[]): Promise<unknown> {
    if (this.#ended) throw this.#ended;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      try {
        this.#worker.postMessage({ id, method, args } satisfies Call);
      } catch (error) {
        this.#waiting.delete(id);
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    });
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  async dispose(): Promise<void> {
    await this.#worker.terminate();
  }
}

function revived({ fault: { code, message, hint }, kind }: { fault: Fault; kind: FaultKind }): PlatformError {
  return new PlatformError({ code, message, kind, ...(hint === undefined ? {} : { hint }) });
}
