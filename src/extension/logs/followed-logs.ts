import * as vscode from 'vscode';
import { messageOf } from '../../foundation/errors.ts';

/** Lines of the past that a log begins with. */
const linesOfThePast = 500;
/** Logs that are followed at one time; opening one more ends the first. */
const mostLogs = 20;

/** The logs of platforms and tenants, each in an output channel of its own that follows the file. */
export class FollowedLogs implements vscode.Disposable {
  readonly #followed = new Map<string, { channel: vscode.OutputChannel; end: AbortController }>();
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Shows a log file of JSON lines as people read them, and what comes to it from now on. */
  async show(name: string, path: string): Promise<void> {
    const known = this.#followed.get(path);
    if (known) {
      known.channel.show(true);
      return;
    }
    const [oldest] = this.#followed;
    if (this.#followed.size >= mostLogs && oldest) this.#end(oldest[0]);
    const channel = vscode.window.createOutputChannel(`mysimbdp: ${name}`, 'log');
    const end = new AbortController();
    this.#followed.set(path, { channel, end });
    channel.show(true);
    const [{ followLog }, { logLine }] = await Promise.all([
      import('../../records/read-log.ts'),
      import('../../cli/log-line.ts'),
    ]);
    const add = (line: string) => channel.appendLine(logLine(line, (_, text) => text));
    followLog(path, add, end.signal, { lines: linesOfThePast }).catch((error: unknown) => {
      if (end.signal.aborted) return;
      this.#log.error(`${path}: ${messageOf(error)}`);
      this.#end(path);
    });
  }

  dispose(): void {
    for (const path of [...this.#followed.keys()]) this.#end(path);
  }

  #end(path: string): void {
    const followed = this.#followed.get(path);
    this.#followed.delete(path);
    followed?.end.abort();
    followed?.channel.dispose();
  }
}
