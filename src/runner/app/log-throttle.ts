/** Characters of a command's stderr that are passed on in a second; a flood is counted, not copied. */
const charactersPerSecond = 32 * 1024;
/** Characters of a flood's end that are passed on after all: why a program gave up is in its last words. */
const lastWords = 4 * 1024;

/** Lets so much of a log pass, and the end of what was too much; the lines between are counted. */
export class LogThrottle {
  readonly #pass: (text: string) => void;
  readonly #drop: (lines: number) => void;
  #second = 0;
  #left = charactersPerSecond;
  #withheld = '';

  constructor(pass: (text: string) => void, drop: (lines: number) => void) {
    this.#pass = pass;
    this.#drop = drop;
  }

  add(text: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.release();
      this.#second = second;
      this.#left = charactersPerSecond;
    }
    const passed = text.slice(0, this.#left);
    this.#left -= passed.length;
    if (passed) this.#pass(passed);
    if (passed.length < text.length) this.#withhold(text.slice(passed.length));
  }

  /** Passes on what is still held back. */
  release(): void {
    if (this.#withheld) this.#pass(this.#withheld);
    this.#withheld = '';
  }

  #withhold(text: string): void {
    const all = this.#withheld + text;
    const over = all.length - lastWords;
    // Whole lines are left out, where they are of a usual length.
    const cut = over <= 0 ? 0 : all.indexOf('\n', over) + 1 || over;
    this.#withheld = all.slice(cut);
    const lines = all.slice(0, cut).split('\n').length - 1;
    if (lines > 0) this.#drop(lines);
  }
}
