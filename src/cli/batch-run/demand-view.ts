import type { DemandStatus } from '../../protocol/management.ts';
import { counted } from '../terminal/figures.ts';
import { LiveLines } from '../terminal/live-lines.ts';
import { progressLines } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { fileLine } from './file-line.ts';
import { namesOf } from './still-written.ts';

/** What a user sees while a demand is carried out. */
export interface DemandView {
  /** @param status its records are those of files that ended since the last update */
  update(status: DemandStatus): void;
  /** A line of the platform itself. */
  note(line: string): void;
  end(): void;
}

/** Progress in place where the terminal can, else a plain line for each file that has ended. */
export function demandView(terminal: Terminal): DemandView {
  return terminal.live ? new LiveDemandView(terminal) : new PlainDemandView(terminal);
}

/** Says nothing: for programs, which read the result. */
export const silentView: DemandView = { update: () => undefined, note: () => undefined, end: () => undefined };

class LiveDemandView implements DemandView {
  readonly #terminal: Terminal;
  readonly #live: LiveLines;
  #lines: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#live = new LiveLines(terminal);
  }

  update({ runs, waitingFiles, records, stillWritten }: DemandStatus): void {
    this.#lines = progressLines(runs, this.#terminal.columns - 1);
    if (waitingFiles > 0) this.#lines.push(`${counted(waitingFiles, 'file')} waiting`);
    if (stillWritten) this.#lines.push(`still being written: ${namesOf(stillWritten)}`);
    this.#live.draw(
      this.#lines,
      records.map((record) => fileLine(record, (style, text) => this.#terminal.paint(style, text))),
    );
  }
  note(line: string): void {
    this.#live.draw(this.#lines, [line]);
  }
  end(): void {
    this.#live.clear();
  }
}

class PlainDemandView implements DemandView {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  update({ records }: DemandStatus): void {
    this.#terminal.print(
      ...records.map((record) => fileLine(record, (style, text) => this.#terminal.paint(style, text))),
    );
  }
  note(line: string): void {
    this.#terminal.note(line);
  }
  end(): void {
    // Plain lines stay as they are.
  }
}
