import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { within } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import { PlatformError, messageOf, systemCode } from '../foundation/errors.ts';
import { OutputTail } from './output-tail.ts';
import { startOfProcess } from './proc-filesystem.ts';
import type { ProcessInfo } from './process-list.ts';
import { killTree } from './process-tree.ts';
import type { ProcessWatcher, WatchedTree } from './process-watcher.ts';
import { runMarkerVariable } from './run-markers.ts';
import { TreeUsage } from './tree-usage.ts';

export interface SupervisedOptions {
  /** For messages: `runner of gift_card`. */
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment; nothing is inherited (see scrubbedEnvironment). */
  env: Readonly<Record<string, string>>;
  /** Unique to this process tree; its processes carry it as MYSIMBDP_RUN. */
  marker: string;
  /** Whether messages can be exchanged with it; only for Node programs. */
  ipc: boolean;
  limits: {
    /** Resident memory of the whole tree. */
    memoryBytes: number;
    wallSeconds: number;
  };
  /** Whether it stands back behind interactive programs. */
  lowPriority: boolean;
  /** How often memory is looked at, in ms; default 500. */
  pollMs?: number;
}

/** How a supervised process tree came to its end. */
export interface ProcessEnd {
  /** `exited`: by itself, whatever its exit status; `memory`, `timeout`: ended for that limit; `killed`: ended by its owner. */
  reason: 'exited' | 'memory' | 'timeout' | 'killed';
  /** Of the root; both are null when it could not be ended. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  peakResidentBytes: number;
  /** Of the tree, as far as the polling has seen it. */
  cpuSeconds: number;
  /** The last 8 KiB. */
  stdoutTail: string;
  stderrTail: string;
  /** Pids that could not be ended; empty unless they wait for a device or belong to another user. */
  survivors: number[];
}

const longestTimerMs = 2 ** 31 - 1;
const exitDeadlineMs = 5000;
const outputDeadlineMs = 1000;
const sendDeadlineMs = 10_000;

/**
 * A process that never outlives its limits or its owner, together with everything that it starts. Its input is empty,
 * its output is read with bounds, and `ended` resolves (it never rejects) when the whole tree is gone.
 */
export class SupervisedProcess implements AsyncDisposer {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #watcher: ProcessWatcher;
  readonly #tree: WatchedTree;
  readonly #usage = new TreeUsage();
  readonly #stdout: OutputTail;
  readonly #stderr: OutputTail;
  readonly #exit: Promise<unknown>;
  readonly #outputClosed: Promise<unknown>;
  readonly #wallTimer: NodeJS.Timeout;
  readonly #unwatch: () => void;
  readonly #resolveEnded: (end: ProcessEnd) => void;
  #ending = false;

  /** @throws PlatformError PROCESS_START_FAILED when the command cannot be started */
  static async start(options: SupervisedOptions, watcher: ProcessWatcher): Promise<SupervisedProcess> {
    let child: ChildProcess;
    try {
      child = spawn(options.command, options.args, {
        cwd: options.cwd,
        env: { ...options.env, [runMarkerVariable]: options.marker },
        // A session and process group of its own (POSIX): the group can be ended as one.
        detached: process.platform !== 'win32',
        stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
        windowsHide: true,
      });
      if (child.pid === undefined) await once(child, 'spawn'); // Rejects with the reason.
    } catch (error) {
      throw cannotStart(options, error);
    }
    const { pid, stdout, stderr } = child;
    if (pid === undefined || !stdout || !stderr) throw cannotStart(options, new Error('it has no pid or no output'));
    return new SupervisedProcess(options, watcher, child, pid, stdout, stderr);
  }

  private constructor(
    { name, marker, limits, lowPriority, pollMs = 500 }: SupervisedOptions,
    watcher: ProcessWatcher,
    child: ChildProcess,
    pid: number,
    stdout: Readable,
    stderr: Readable,
  ) {
    this.pid = pid;
    this.#name = name;
    this.#child = child;
    this.#watcher = watcher;
    if (lowPriority) lowerPriority(pid);
    this.#stdout = new OutputTail(stdout);
    this.#stderr = new OutputTail(stderr);
    let resolveEnded: (end: ProcessEnd) => void = () => undefined;
    this.ended = new Promise((resolve) => (resolveEnded = resolve));
    this.#resolveEnded = resolveEnded;
    child.on('error', () => undefined); // A failed send or kill; both tell their callers.
    this.#exit = new Promise((resolve) => child.once('exit', resolve));
    this.#outputClosed = new Promise((resolve) => child.once('close', resolve));
    void this.#exit.then(() => this.#end('exited'));
    this.#wallTimer = setTimeout(
      () => void this.#end('timeout'),
      Math.min(Math.ceil(limits.wallSeconds * 1000), longestTimerMs),
    );
    const startedAt = startOfProcess(pid);
    this.#tree = {
      rootPid: pid,
      get rootAlive() {
        return child.exitCode === null && child.signalCode === null;
      },
      marker,
      known: new Map(startedAt === undefined ? [] : [[pid, startedAt]]),
      pollMs,
      observe: (members) => {
        this.#usage.observe(members);
        if (this.#usage.residentBytes > limits.memoryBytes) void this.#end('memory');
      },
    };
    this.#unwatch = watcher.watch(this.#tree);
  }

  /** Resident memory of the tree at the last poll, in bytes. */
  get residentBytes(): number {
    return this.#usage.residentBytes;
  }

  /** Of the tree so far, as `ProcessEnd` has it at the end. */
  get used(): Pick<ProcessEnd, 'cpuSeconds' | 'peakResidentBytes'> {
    const { cpuSeconds, peakResidentBytes } = this.#usage;
    return { cpuSeconds, peakResidentBytes };
  }

  /**
   * Resolves when the message is on its way.
   * @throws PlatformError PROCESS_NOT_LISTENING when the process has ended or does not take messages
   */
  async send(message: object): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      if (!this.#child.connected) reject(notListening(this.#name));
      else
        this.#child.send(message, (error) => {
          if (error) reject(notListening(this.#name, error));
          else resolve();
        });
    });
    await within(sendDeadlineMs, `Sending a message to ${this.#name}`, sent);
  }

  /** Messages come as JSON carries them, and unchecked. */
  onMessage(listener: (message: unknown) => void): void {
    this.#child.on('message', listener);
  }

  /** Ends the process and all its children at once; resolves when they are gone. */
  async kill(): Promise<void> {
    await this.#end('killed');
  }

  async dispose(): Promise<void> {
    await this.kill();
  }

  async #end(reason: ProcessEnd['reason']): Promise<void> {
    if (!this.#ending) {
      this.#ending = true;
      this.#resolveEnded(await this.#conclude(reason));
    }
    await this.ended;
  }

  async #conclude(reason: ProcessEnd['reason']): Promise<ProcessEnd> {
    clearTimeout(this.#wallTimer);
    const survivors = await killTree(this.#tree, async () => {
      const members = await this.#watcher.membersOf(this.#tree);
      this.#usage.observe(members);
      return members;
    }).catch((): ProcessInfo[] => []); // The list cannot be made; the group has been signalled all the same.
    await within(exitDeadlineMs, 'the end', this.#exit).catch(() => undefined);
    await within(outputDeadlineMs, 'the end of the output', this.#outputClosed).catch(() => undefined);
    this.#unwatch();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    return {
      reason,
      exitCode: this.#child.exitCode,
      signal: this.#child.signalCode,
      peakResidentBytes: this.#usage.peakResidentBytes,
      cpuSeconds: this.#usage.cpuSeconds,
      stdoutTail: this.#stdout.text,
      stderrTail: this.#stderr.text,
      survivors: survivors.map(({ pid }) => pid),
    };
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not allow it: the run goes on at normal priority.
  }
}

function cannotStart({ name, command, cwd }: SupervisedOptions, cause: unknown): PlatformError {
  const missing = systemCode(cause) === 'ENOENT';
  const folderMissing = missing && !existsSync(cwd);
  return new PlatformError({
    code: 'PROCESS_START_FAILED',
    message: folderMissing
      ? `${name} cannot be started: its folder ${cwd} does not exist`
      : missing
        ? `${name} cannot be started: the command "${command}" was not found`
        : `${name} cannot be started: ${messageOf(cause)}`,
    hint: folderMissing
      ? 'Create the folder, or correct the name of the app in the profile.'
      : missing
        ? `Install "${command}" so that it is on the PATH, or correct the command in the profile.`
        : 'Check that the command is executable by this user and that the machine has processes and memory left.',
    cause,
  });
}

function notListening(name: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'PROCESS_NOT_LISTENING',
    message: `${name} has ended or does not take messages`,
    hint: 'Its log tells how it ended.',
    cause,
  });
}
