import * as vscode from 'vscode';
import { messageOf } from '../../foundation/errors.ts';

/** Lines of the past that a log begins with. */
const linesOfThePast = 500;
/** Logs that are followed at one time; opening one more ends the first. */
const mostLogs = 20;

/** Reads a log, line by line, to its end or until the signal aborts. */
type Read = (add: (line: string) => void, signal: AbortSignal) => Promise<void>;

interface FollowedLog {
  channel: vscode.OutputChannel;
  end: AbortController;
  /** Of one that has come to its end, undefined: the next look reads it anew. */
  reading: Promise<void> | undefined;
}

/** The logs of platforms, tenants and services, each in an output channel of its own that follows it. */
export class FollowedLogs implements vscode.Disposable {
  readonly #followed = new Map<string, FollowedLog>();
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Shows a log file of JSON lines as people read them, and what comes to it from now on. */
  show(name: string, path: string): void {
    const read: Read = async (add, signal) => {
      const [{ followLog }, { logLine }] = await Promise.all([
        import('../../records/read-log.ts'),
        import('../../cli/log-line.ts'),
      ]);
      await followLog(path, (line) => add(logLine(line, (_, text) => text)), signal, { lines: linesOfThePast });
    };
    // What goes wrong is logged; a file that is not there yet is waited for.
    this.#open(name, path, read).catch(() => undefined);
  }

  /**
   * Shows lines as they come; resolves with the first.
   * @param key what they are of: the same log is opened once
   * @throws what reading throws before there is a line
   */
  follow(name: string, key: string, lines: (signal: AbortSignal) => AsyncIterable<string>): Promise<void> {
    return this.#open(name, key, async (add, signal) => {
      for await (const line of lines(signal)) add(line);
    });
  }

  #open(name: string, key: string, read: Read): Promise<void> {
    const followed = this.#followed.get(key) ?? this.#make(name, key);
    followed.channel.show(true);
    if (followed.reading) return Promise.resolve();
    followed.channel.clear();
    return new Promise((resolve, reject) => {
      const { signal } = followed.end;
      const add = (line: string) => {
        followed.channel.appendLine(line);
        resolve();
      };
      followed.reading = read(add, signal)
        .then(() => {
          if (!signal.aborted) followed.channel.appendLine(vscode.l10n.t('— the log has ended —'));
          resolve();
        })
        .catch((error: unknown) => {
          if (!signal.aborted) {
            this.#log.error(`${key}: ${messageOf(error)}`);
            followed.channel.appendLine(`— ${messageOf(error)} —`);
          }
          reject(error instanceof Error ? error : new Error(messageOf(error)));
        })
        .finally(() => (followed.reading = undefined));
    });
  }

  #make(name: string, key: string): FollowedLog {
    const [oldest] = this.#followed;
    if (this.#followed.size >= mostLogs && oldest) this.#end(oldest[0]);
    const channel = vscode.window.createOutputChannel(`mysimbdp: ${name}`, 'log');
    const made: FollowedLog = { channel, end: new AbortController(), reading: undefined };
    this.#followed.set(key, made);
    return made;
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
