/** Characters of a command's stderr that are passed on in a second; a flood is counted, not copied. */
const charactersPerSecond = 32 * 1024;

/** Lets so much of a log pass, in whole lines where they are of a usual length, and counts the other lines. */
export class LogThrottle {
  readonly #pass: (text: string) => void;
  readonly #drop: (lines: number) => void;
  #second = 0;
  #left = charactersPerSecond;

  constructor(pass: (text: string) => void, drop: (lines: number) => void) {
    this.#pass = pass;
    this.#drop = drop;
  }

  add(text: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#left = charactersPerSecond;
    }
    const end = this.#reach(text);
    this.#left -= end;
    if (end > 0) this.#pass(text.slice(0, end));
    if (end < text.length) this.#drop(Math.max(1, text.slice(end).split('\n').length - 1));
  }

  #reach(text: string): number {
    if (text.length <= this.#left) return text.length;
    if (this.#left === 0) return 0;
    return text.lastIndexOf('\n', this.#left - 1) + 1 || this.#left;
  }
}
