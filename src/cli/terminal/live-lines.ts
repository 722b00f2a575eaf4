import type { Terminal } from './terminal.ts';
import { truncate } from './text.ts';

const escape = '\u001b[';
/** The terminal shows what is between these as one frame, where it knows them. */
const beginFrame = `${escape}?2026h`;
const endFrame = `${escape}?2026l`;

/**
 * Lines at the bottom of a terminal that are redrawn in place, with ordinary lines scrolling above. A frame is one write
 * and clears each line's rest instead of the line, so nothing flickers.
 */
export class LiveLines {
  readonly #terminal: Terminal;
  #drawn = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Puts `above` for good over the live lines and replaces these by `lines`; what does not fit the screen is counted. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const { columns, rows } = this.#terminal;
    const room = Math.max(1, rows - 2);
    const shown = lines.length <= room ? [...lines] : lines.slice(0, room - 1);
    if (shown.length < lines.length) shown.push(`… and ${(lines.length - shown.length).toString()} more`);
    // One column less than there are: a full line makes some terminals wrap.
    const block = [...above, ...shown.map((line) => truncate(line, columns - 1))];
    const back = this.#drawn > 0 ? `\r${escape}${this.#drawn.toString()}A` : '';
    this.#terminal.write(
      `${beginFrame}${back}${block.map((line) => `${line}${escape}K\n`).join('')}${escape}J${endFrame}`,
    );
    this.#drawn = shown.length;
  }

  /** Takes the live lines away. */
  clear(): void {
    if (this.#drawn > 0) this.draw([]);
  }
}
