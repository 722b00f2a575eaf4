import type { Terminal } from '../../../src/cli/terminal/terminal.ts';

/** A terminal that keeps what it is given. */
export class CapturedTerminal implements Terminal {
  live = false;
  columns = 100;
  rows = 24;
  /** Standard output and standard error. */
  out = '';
  err = '';
  /** What the user answers; undefined: nobody is there. */
  answer: boolean | undefined;

  print(...lines: readonly string[]): void {
    this.out += lines.map((line) => `${line}\n`).join('');
  }
  note(...lines: readonly string[]): void {
    this.err += lines.map((line) => `${line}\n`).join('');
  }
  write(text: string): void {
    this.out += text;
  }
  paint(_: unknown, text: string): string {
    return text;
  }
  confirm(): Promise<boolean | undefined> {
    return Promise.resolve(this.answer);
  }
}
