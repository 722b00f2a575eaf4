import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command writes, and what it may expect of it. */
export interface Terminal {
  /** Lines can be redrawn in place: standard output is a terminal that understands ANSI. */
  readonly live: boolean;
  /** Size of the terminal in characters; when it is none, as wide as anyone may want. */
  readonly columns: number;
  readonly rows: number;
  /** One line, or several, for the reader or the next program. */
  print(...lines: readonly string[]): void;
  /** One line, or several, beside the result: progress, warnings, errors. */
  note(...lines: readonly string[]): void;
  /** Text as it is, to standard output. */
  write(text: string): void;
  /** `text` in a style, where colours are wanted. */
  paint(style: Style, text: string): string;
  /** Asks for yes or no; undefined when nobody is there to answer. */
  confirm(question: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/** The terminal of this process. Colours follow NO_COLOR (https://no-color.org), FORCE_COLOR and the kind of terminal. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const live = stdout.isTTY && env.TERM !== 'dumb';
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const colours = (env.NO_COLOR ?? '') === '' && (forced || live);
  return {
    live,
    get columns() {
      return stdout.isTTY ? stdout.columns || 80 : Number.MAX_SAFE_INTEGER;
    },
    get rows() {
      return stdout.isTTY ? stdout.rows || 24 : Number.MAX_SAFE_INTEGER;
    },
    print: (...lines) => void stdout.write(lines.map((line) => `${line}\n`).join('')),
    note: (...lines) => void stderr.write(lines.map((line) => `${line}\n`).join('')),
    write: (text) => void stdout.write(text),
    paint: (style, text) => (colours ? styleText(style, text) : text),
    confirm: async (question, signal) => {
      if (!stdin.isTTY || !stdout.isTTY) return undefined;
      const asking = createInterface({ input: stdin, output: stdout });
      try {
        return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `, { signal })).trim());
      } finally {
        asking.close();
      }
    },
  };
}
