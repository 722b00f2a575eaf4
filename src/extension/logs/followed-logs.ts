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
  show(name: string, path: string): void {
    this.#open(name, path, async (add, signal) => {
      const [{ followLog }, { logLine }] = await Promise.all([
        import('../../records/read-log.ts'),
        import('../../cli/log-line.ts'),
      ]);
      await followLog(path, (line) => add(logLine(line, (_, text) => text)), signal, { lines: linesOfThePast });
    });
  }

  /** Shows lines as they come. @param key what they are of: the same log is opened once */
  follow(name: string, key: string, lines: (signal: AbortSignal) => AsyncIterable<string>): void {
    this.#open(name, key, async (add, signal) => {
      for await (const line of lines(signal)) add(line);
    });
  }

  #open(name: string, key: string, read: (add: (line: string) => void, signal: AbortSignal) => Promise<void>): void {
    const known = this.#followed.get(key);
    if (known) {
      known.channel.show(true);
      return;
    }
    const [oldest] = this.#followed;
    if (this.#followed.size >= mostLogs && oldest) this.#end(oldest[0]);
    const channel = vscode.window.createOutputChannel(`mysimbdp: ${name}`, 'log');
    const end = new AbortController();
    this.#followed.set(key, { channel, end });
    channel.show(true);
    read((line) => channel.appendLine(line), end.signal).catch((error: unknown) => {
      if (end.signal.aborted) return;
      this.#log.error(`${key}: ${messageOf(error)}`);
      this.#end(key);
    });
  }

  dispose(): void {
    for (const key of [...this.#followed.keys()]) this.#end(key);
  }

  #end(key: string): void {
    const followed = this.#followed.get(key);
    this.#followed.delete(key);
    followed?.end.abort();
    followed?.channel.dispose();
  }
}
