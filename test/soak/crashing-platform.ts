import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, within } from '../../src/foundation/deadlines.ts';
import type { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { programPath } from '../../src/foundation/programs.ts';
import { progressOf } from '../../src/batch/run-outcome.ts';
import { checkpoint } from '../../src/protocol/checkpoints.ts';

const endMs = 30_000;

/** A run as its work folder shows it. */
export interface SeenRun {
  runId: string;
  tenant: string;
  /** Of the runner, null when there is none that is alive. */
  pid: number | null;
  /** Records behind its checkpoint and files that are finished; 0 without a checkpoint. */
  progress: number;
}

/** The platform as processes of their own that can be killed: `mysimbdp up`, and the runners that it starts. Linux only. */
export class CrashingPlatform {
  readonly #folder: PlatformFolder;
  readonly #output: string;
  #manager: ChildProcess | undefined;

  constructor(folder: PlatformFolder) {
    this.#folder = folder;
    this.#output = join(folder.root, 'up.log');
  }

  /** Does not wait until the platform is up. */
  start(): void {
    const output = openSync(this.#output, 'a');
    try {
      this.#manager = spawn(process.execPath, [programPath('cli'), '--platform', this.#folder.root, 'up'], {
        cwd: this.#folder.root,
        stdio: ['ignore', output, output],
      });
    } finally {
      closeSync(output);
    }
  }

  /** Of the control plane. */
  get pid(): number | undefined {
    return this.#manager?.pid;
  }

  /** How the control plane came to its end though nobody killed it; undefined while it is alive. */
  get ended(): string | undefined {
    const { exitCode, signalCode } = this.#manager ?? {};
    if (exitCode === null && signalCode === null) return undefined;
    return signalCode ? `by ${signalCode}` : `with status ${exitCode ?? 'none'}`;
  }

  /** @param drainMs how long it may try to end in good order before, null for not at all */
  async killManager(drainMs: number | null = null): Promise<void> {
    if (drainMs !== null) {
      this.#manager?.kill('SIGTERM');
      await pause(drainMs);
    }
    await this.#end('SIGKILL');
  }

  /** Has the control plane stand still, as on a machine that swaps or sleeps, until `resume`. */
  suspend(): void {
    this.#manager?.kill('SIGSTOP');
  }

  resume(): void {
    this.#manager?.kill('SIGCONT');
  }

  /** In good order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const manager = this.#manager;
    if (!manager || this.ended !== undefined) return;
    const exit = once(manager, 'exit');
    manager.kill(signal);
    await within(endMs, 'the end of the control plane', exit);
  }

  /** @returns false when it has ended meanwhile */
  killRunner({ pid }: SeenRun): boolean {
    if (pid === null || !this.#isOurs(pid)) return false;
    try {
      process.kill(pid, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  runs(): SeenRun[] {
    return namesIn(this.#folder.workFolders).map((runId) => {
      const pid = this.#pidOf(runId);
      return { runId, tenant: runId.replace(/-\d+$/, ''), pid, progress: this.#progressOf(runId) };
    });
  }

  /** Changes whenever something of the kind happens: moments at which a crash is most likely to do harm. */
  moment(kind: 'run' | 'file' | 'runner' | 'checkpoint' | 'archive' | 'rejects'): string {
    const { workFolders } = this.#folder;
    const quarantine = join(this.#folder.state, 'quarantine');
    const ofRuns = (what: (runId: string) => unknown) =>
      JSON.stringify(namesIn(workFolders).map((runId) => [runId, what(runId)]));
    switch (kind) {
      case 'run':
        return ofRuns(() => null);
      case 'file':
        return ofRuns((runId) => namesIn(join(workFolders, runId, 'files')));
      case 'runner':
        return ofRuns((runId) => changedAt(join(workFolders, runId, 'runner.json')));
      case 'checkpoint':
        return ofRuns((runId) => changedAt(join(workFolders, runId, 'checkpoint.json')));
      case 'archive':
        return JSON.stringify(filesTwoBelow(join(this.#folder.state, 'archive')));
      case 'rejects':
        return JSON.stringify(filesTwoBelow(quarantine).map((file) => changedAt(join(quarantine, file))));
    }
  }

  /** Processes that were started for runs of this platform and are still there. */
  runnersLeft(): number[] {
    return namesIn('/proc')
      .map(Number)
      .filter(
        (pid) => pid > 0 && this.#isOurs(pid) && environmentOf(pid).some((item) => item.startsWith('MYSIMBDP_RUN=')),
      );
  }

  /** The end of what the control planes said and logged, for people. */
  async lastWords(): Promise<string> {
    const tail = async (path: string, lines: number) =>
      (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(-lines).join('\n');
    return `${await tail(this.#output, 10)}\n${await tail(this.#folder.platformLog, 40)}`;
  }

  #pidOf(runId: string): number | null {
    try {
      const text = readFileSync(join(this.#folder.work(runId), 'runner.json'), 'utf8');
      const { pid } = JSON.parse(text) as { pid: number };
      return this.#isOurs(pid) ? pid : null;
    } catch {
      return null;
    }
  }

  #progressOf(runId: string): number {
    try {
      const text = readFileSync(join(this.#folder.work(runId), 'checkpoint.json'), 'utf8');
      return progressOf(checkpoint.parse(JSON.parse(text)));
    } catch {
      return 0;
    }
  }

  /** Process ids are given again: nothing is killed that does not work below the platform folder. */
  #isOurs(pid: number): boolean {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${this.#folder.root}/`);
    } catch {
      return false;
    }
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Files of `<tenant>/<run>/`, or of a folder within each; named `<tenant>/<run>/<file>`. */
export function filesTwoBelow(folder: string, within = ''): string[] {
  return namesIn(folder).flatMap((tenant) =>
    namesIn(join(folder, tenant)).flatMap((run) =>
      namesIn(join(folder, tenant, run, within)).map((file) => `${tenant}/${run}/${file}`),
    ),
  );
}

function changedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
