import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from '../../foundation/deadlines.ts';
import { messageOf, type PlatformError } from '../../foundation/errors.ts';
import type { InputChunk } from '../chunks.ts';
import { parseJson } from '../../foundation/exact-json.ts';
import { appExitStatus, appProtocol, appStartFailed, commandExited } from '../faults.ts';
import type { NamedFile } from './input-records.ts';
import { inputRow, isChanged, rowId } from './input-records.ts';
import { LineSplitter } from './line-splitter.ts';
import type { ChunkResult, RowCollector } from './row-collector.ts';

/** Longest line that a command may answer with, in characters. */
const longestReply = 16 * 1024 * 1024;
/** How long what a command wrote last may be on its way after its end. Milliseconds. */
const lastOutputMs = 1000;

interface CommandListener {
  /** What it wrote to stderr. */
  log(text: string): void;
  /** It has answered a record. */
  answered(): void;
}

interface Reply {
  rows?: unknown[];
  reject?: string;
}

/** Any executable: NDJSON records on its stdin, one NDJSON answer each on its stdout, its stderr is a log. */
export class CommandApp {
  changed = false;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #collector: RowCollector;
  readonly #files: NamedFile[];
  readonly #listener: CommandListener;
  /** Ids of the chunk at hand that wait for an answer, and the answers that came. */
  #waiting = new Set<number>();
  readonly #replies = new Map<number, Reply>();
  #answered: (() => void) | undefined;
  #lastWords = '';
  #nextId = 1;
  readonly #broken: Promise<never>;
  readonly #exit: Promise<string | null>;
  #break: (error: PlatformError) => void = () => undefined;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    collector: RowCollector,
    files: NamedFile[],
    listener: CommandListener,
  ) {
    this.#child = child;
    this.#listener = listener;
    this.#collector = collector;
    this.#files = files;
    this.#broken = new Promise((_, reject) => (this.#break = reject));
    this.#broken.catch(() => undefined);
    const replies = new LineSplitter(
      longestReply,
      (line) => this.#reply(line),
      () => {
        this.#break(appProtocol(`a line of its output is longer than ${longestReply} characters`));
      },
    );
    child.stdout.on('data', (bytes: Buffer) => replies.push(bytes));
    child.stdout.once('end', () => void this.#outputEnded());
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-500);
      listener.log(text);
    });
    // A closed stdin shows as the end of the process or as a missing answer; both are told better than EPIPE.
    child.stdin.on('error', () => undefined);
    this.#exit = this.#untilExit();
  }

  /** @throws PlatformError APP_START_FAILED */
  static async start(
    command: readonly string[],
    options: { folder: string; environment: Record<string, string>; files: NamedFile[] },
    collector: RowCollector,
    listener: CommandListener,
  ): Promise<CommandApp> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: options.folder,
      env: options.environment,
      stdio: 'pipe',
      windowsHide: true,
    });
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw appStartFailed(command.join(' '), messageOf(error));
    }
    return new CommandApp(child, collector, options.files, listener);
  }

  /** Sends the chunk and waits for all its answers; the caller keeps the deadline. */
  async wrangle(chunk: InputChunk): Promise<ChunkResult> {
    const firstId = this.#nextId;
    const lines: string[] = [];
    const prefix = this.#files[chunk.file]?.rowIdPrefix ?? '';
    for (let i = 0; i < chunk.numbers.length; i++) {
      const question = { id: this.#nextId, row: inputRow(chunk, i), rowId: rowId(prefix, chunk.numbers[i] as number) };
      lines.push(`${JSON.stringify(question)}\n`);
      this.#waiting.add(this.#nextId++);
    }
    if (lines.length > 0) {
      const answered = new Promise<void>((resolve) => (this.#answered = resolve));
      this.#child.stdin.write(lines.join(''));
      await Promise.race([answered, this.#broken]);
    }
    const result = this.#collector.begin(chunk);
    for (let i = 0; i < chunk.numbers.length; i++) {
      const reply = this.#replies.get(firstId + i);
      if (reply?.reject !== undefined) result.reject('APP_REJECTED', reply.reject);
      else {
        if (!this.changed) this.changed = isChanged(reply?.rows ?? [], chunk, i);
        result.add(reply?.rows);
      }
    }
    this.#replies.clear();
    return result;
  }

  /**
   * Ends the input and waits for the command to end; the caller keeps the deadline.
   * @throws PlatformError APP_EXIT_STATUS
   */
  async finish(): Promise<void> {
    this.#child.stdin.end();
    const trouble = await this.#exit;
    if (trouble !== null) throw appExitStatus(trouble, this.#lastWords.trim());
  }

  /** @returns how the command ended, null when it was content */
  async #untilExit(): Promise<string | null> {
    const closed = once(this.#child, 'close');
    const [code, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals | null];
    // A process that the command has left behind may hold its output open for ever.
    await within(lastOutputMs, 'the last output', closed).catch(() => undefined);
    const how = signal ? `by signal ${signal}` : `with status ${code ?? -1}`;
    this.#break(commandExited(how, this.#lastWords.trim()));
    return code === 0 ? null : how;
  }

  /** Without output there will be no answers; that the command ends, which is the usual reason, is the better cause. */
  async #outputEnded(): Promise<void> {
    await within(lastOutputMs, 'the end', this.#exit).catch(() => undefined);
    this.#break(appProtocol('it closed its stdout before it had answered every record'));
  }

  #reply(line: string): void {
    if (line.trim() === '') return;
    let reply: unknown;
    try {
      reply = parseJson(line);
    } catch {
      this.#break(appProtocol(`it wrote a line that is not JSON: ${JSON.stringify(line.slice(0, 200))}`));
      return;
    }
    const { id, rows, reject } = (typeof reply === 'object' && reply !== null ? reply : {}) as Record<string, unknown>;
    if (typeof id !== 'number' || !this.#waiting.delete(id)) {
      const which = id === undefined ? 'no id' : JSON.stringify(id).slice(0, 100);
      this.#break(appProtocol(`it answered ${which}, which was not asked or is answered already`));
      return;
    }
    if (typeof reject === 'string') this.#replies.set(id, { reject });
    else if (Array.isArray(rows)) this.#replies.set(id, { rows: rows as unknown[] });
    else {
      this.#break(appProtocol(`its answer has neither "rows" nor "reject": ${line.slice(0, 200)}`));
      return;
    }
    this.#listener.answered();
    if (this.#waiting.size === 0) this.#answered?.();
  }
}
