import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { within } from '../../foundation/deadlines.ts';
import { PlatformError, systemCode } from '../../foundation/errors.ts';
import { programPath } from '../../foundation/programs.ts';
import type { BatchJob, JobFile } from '../../protocol/jobs.ts';
import type { InputChunk, WrangledNotice } from '../chunks.ts';
import { appFailedOutside, appHung, appOutOfMemory, moduleExited } from '../faults.ts';
import type { AppHostInput, FromAppHost, ToAppHost } from './app-messages.ts';
import { rowIdPrefix } from './input-records.ts';
import { thrownWithPlace } from './thrown.ts';

/** What of a job an app needs. */
export interface AppJob extends Pick<BatchJob, 'tenant' | 'app' | 'table'> {
  files: readonly Pick<JobFile, 'name' | 'sha256'>[];
  limits: Pick<BatchJob['limits'], 'memoryMb' | 'chunkTimeoutSeconds'>;
}

/** What the reader hears from the app. */
export interface AppListener {
  wrangled(notice: WrangledNotice): void;
  failed(error: Error): void;
  log(stream: 'stdout' | 'stderr', text: string): void;
  logDropped(lines: number): void;
}

/** MiB of the run's memory that reading, writing and Node itself need; the rest is the app's heap. */
const platformShareMb = 192;
const smallestHeapMb = 48;
/** How often the age of the oldest unanswered chunk is looked at. Milliseconds. */
const watchMs = 250;
/** How long a thread may take to end: one that waits in a system call does not. Milliseconds. */
const endMs = 2000;

/** The tenant's app in its thread, as the reader sees it. */
export class AppClient {
  readonly #worker: Worker;
  readonly #job: AppJob;
  readonly #listener: AppListener;
  readonly #watch: NodeJS.Timeout;
  #unanswered = 0;
  /** When the app last showed life: it started, got its first chunk, or answered a record. */
  #aliveAt = performance.now();
  #ready = false;
  #finishing = false;
  #over = false;
  #finished: ((changed: boolean) => void) | undefined;

  /**
   * @param logInStep whether the log about a chunk is to be heard before its outcome, which takes time
   * @returns the app, and the port on which its rows go to the writer
   */
  static start(job: AppJob, listener: AppListener, logInStep = false): { app: AppClient; rows: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    return { app: new AppClient(job, listener, port1, logInStep), rows: port2 };
  }

  private constructor(job: AppJob, listener: AppListener, toWriter: MessagePort, logInStep: boolean) {
    this.#job = job;
    this.#listener = listener;
    const isModule = job.app.code.form === 'module';
    const input: AppHostInput = {
      code: job.app.code,
      folder: job.app.folder,
      files: job.files.map((file) => ({ name: file.name, rowIdPrefix: rowIdPrefix(file.sha256) })),
      tableColumns: job.table.columns.map((column) => column.name),
      logInStep,
      environment: isModule ? {} : commandEnvironment(job),
      toWriter,
    };
    this.#worker = new Worker(programPath('app-host'), {
      name: `app ${job.app.name}`,
      workerData: input,
      transferList: [toWriter],
      // Nothing of the runner's environment or arguments reaches a tenant's module.
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(smallestHeapMb, job.limits.memoryMb - platformShareMb),
        maxYoungGenerationSizeMb: 32,
      },
    });
    this.#worker.stdout.setEncoding('utf8').on('data', (text: string) => listener.log('stdout', text));
    this.#worker.stderr.setEncoding('utf8').on('data', (text: string) => listener.log('stderr', text));
    this.#worker.on('message', (message: FromAppHost) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(this.#uncaught(error)));
    this.#worker.on('exit', (code) => this.#fail(moduleExited(code)));
    this.#watch = setInterval(() => this.#checkAlive(), watchMs);
    this.#watch.unref();
  }

  send(chunk: InputChunk): void {
    if (this.#unanswered++ === 0 && this.#ready) this.#aliveAt = performance.now();
    this.#worker.postMessage({ type: 'chunk', chunk } satisfies ToAppHost);
  }

  /** Lets the app end in good order after its last chunk. @returns whether it changed any record */
  async finish(): Promise<boolean> {
    this.#aliveAt = performance.now();
    this.#unanswered++;
    this.#finishing = true;
    return new Promise((resolve) => {
      this.#finished = resolve;
      this.#worker.postMessage({ type: 'finish' } satisfies ToAppHost);
    });
  }

  /** @returns false when its thread cannot be ended: it waits in a call of the system */
  async end(): Promise<boolean> {
    this.#over = true;
    clearInterval(this.#watch);
    try {
      await within(endMs, "the end of the app's thread", this.#worker.terminate());
      return true;
    } catch {
      return false;
    }
  }

  #hear(message: FromAppHost): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#aliveAt = performance.now();
        return;
      case 'alive':
        this.#aliveAt = performance.now();
        return;
      case 'wrangled':
        this.#unanswered--;
        this.#aliveAt = performance.now();
        this.#listener.wrangled(message.notice);
        return;
      case 'log':
        this.#listener.log('stderr', message.text);
        return;
      case 'log-dropped':
        this.#listener.logDropped(message.lines);
        return;
      case 'finished':
        this.#unanswered--;
        this.#finished?.(message.changed);
        return;
      case 'failed': {
        const { code, message: text, hint } = message.fault;
        this.#fail(new PlatformError(hint === undefined ? { code, message: text } : { code, message: text, hint }));
      }
    }
  }

  #checkAlive(): void {
    const seconds = this.#job.limits.chunkTimeoutSeconds;
    const waiting = !this.#ready || this.#unanswered > 0;
    if (!waiting || performance.now() - this.#aliveAt <= seconds * 1000) return;
    this.#fail(appHung(!this.#ready ? 'load' : this.#finishing ? 'end' : 'wrangle', seconds));
  }

  #uncaught(error: Error): Error {
    if (systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY') return appOutOfMemory(this.#job.limits.memoryMb);
    return appFailedOutside(thrownWithPlace(error));
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#watch);
    void this.#worker.terminate();
    this.#listener.failed(error);
  }
}

/** What is said to the runner alone: how it is run, where it hears its parent, how it holds memory. */
const ofRunner = ['ELECTRON_RUN_AS_NODE', 'NODE_CHANNEL_FD', 'MALLOC_TRIM_THRESHOLD_'];

/** The runner's own environment is scrubbed already; this adds what a command may want to know. */
function commandEnvironment(job: AppJob): Record<string, string> {
  const environment: Record<string, string> = {
    MYSIMBDP_TENANT: job.tenant,
    MYSIMBDP_APP: job.app.name,
    // Python would hold answers back in its buffer, and read UTF-8 by luck.
    PYTHONUNBUFFERED: '1',
    PYTHONUTF8: '1',
  };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !ofRunner.includes(name)) environment[name] = value;
  }
  return environment;
}
