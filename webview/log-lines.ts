import { bounds, type LogLine, type Snapshots } from '../src/extension/panel/panel-protocol.ts';
import { RingBuffer } from '../src/extension/panel/ring-buffer.ts';

/** Lines that are missing in this place: they came faster than they are shown, or while nobody looked. */
export interface Gap {
  missing: number;
}
export type LogItem = LogLine | Gap;

/** What is to be shown: behind what is there, or in place of it. */
export interface LogChange {
  reset: boolean;
  items: LogItem[];
}

export function isGap(item: LogItem): item is Gap {
  return 'missing' in item;
}

/** Whether a line is found; gaps always are. `search` is in any case. */
export function found(item: LogItem, search: string): boolean {
  if (search === '' || isGap(item)) return true;
  const wanted = search.toLowerCase();
  return item.text.toLowerCase().includes(wanted) || (item.tenant ?? '').toLowerCase().includes(wanted);
}

/** The lines that the panel has. While it is paused what comes is held back, as far as there is room. */
export class LogLines {
  readonly #shown = new RingBuffer<LogItem>(bounds.logLines);
  readonly #held = new RingBuffer<LogItem>(bounds.logLines);
  #heldReset = false;
  #paused = false;
  #waiting = 0;
  #leftOut = 0;

  get paused(): boolean {
    return this.#paused;
  }
  /** Lines that came since the pause, those that were left out included. */
  get waiting(): number {
    return this.#waiting;
  }
  /** Those of them that will not be shown. */
  get leftOut(): number {
    return this.#leftOut;
  }
  all(): LogItem[] {
    return this.#shown.toArray();
  }

  pause(): void {
    this.#paused = true;
  }

  /** Gives what was held back. */
  resume(): LogChange {
    this.#paused = false;
    const items = this.#held.drain();
    if (this.#leftOut > 0) items.unshift({ missing: this.#leftOut });
    const change = { reset: this.#heldReset, items };
    this.#heldReset = false;
    this.#waiting = 0;
    this.#leftOut = 0;
    return this.#show(change);
  }

  /** Takes what the host sent; gives what is to be shown of it now. A filter's answer is shown also while paused. */
  take({ reset, lines, leftOut }: Snapshots['log'], answer = false): LogChange | undefined {
    const items: LogItem[] = leftOut > 0 ? [{ missing: leftOut }, ...lines] : lines;
    if (!this.#paused) return this.#show({ reset, items });
    if (reset) {
      this.#held.clear();
      this.#waiting = 0;
      this.#leftOut = 0;
      this.#heldReset = !answer;
      if (answer) return this.#show({ reset, items });
    }
    this.#waiting += lines.length + leftOut;
    this.#leftOut += leftOut + this.#held.pushAll(lines);
    return undefined;
  }

  #show(change: LogChange): LogChange {
    if (change.reset) this.#shown.clear();
    this.#shown.pushAll(change.items);
    return change;
  }
}
