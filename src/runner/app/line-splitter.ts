import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of UTF-8 bytes into lines of bounded length. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #longest: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;
  #parts: string[] = [];
  #length = 0;

  /** @param onTooLong called once for a line of more than `longest` characters; the line is dropped */
  constructor(longest: number, onLine: (line: string) => void, onTooLong: () => void) {
    this.#longest = longest;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#keep(text.slice(from, end));
      if (this.#length <= this.#longest) this.#onLine(this.#parts.join(''));
      this.#parts = [];
      this.#length = 0;
      from = end + 1;
    }
    this.#keep(text.slice(from));
  }

  #keep(part: string): void {
    const before = this.#length;
    this.#length += part.length;
    if (this.#length <= this.#longest) this.#parts.push(part);
    else {
      this.#parts = [];
      if (before <= this.#longest) this.#onTooLong();
    }
  }
}
