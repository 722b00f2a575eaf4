import { finished } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { FileFormat } from '../protocol/formats.ts';

/** How a file will be read. */
export interface Reading {
  compression: FileFormat['compression'];
  /** What it may become: nothing behind that is read. */
  maxDecompressedBytes: number;
}

/** What is compressed can become a thousand times as much. */
const compressedAtOnce = 32 * 1024;

/** See `#count`. In bytes. */
const shortLine = 16;
const bytesAtATime = 1024;

const lineFeed = 0x0a;
const gzipMark = [0x1f, 0x8b];

/**
 * Counts the lines of a file whose bytes it is given from the first on, decompressed where they are compressed. Each record ends
 * with a line in every format, so there are as many records at most.
 */
export class LineCount {
  /** Line feeds so far. */
  #feeds = 0;
  /** Decompressed bytes that were looked at. */
  #seen = 0;
  readonly #reading: Reading;
  /** Undefined before the first bytes, null when these are not compressed. */
  #gunzip: Gunzip | null | undefined;
  /** Whether nothing more will be read of it: it is damaged, or too much. */
  #over = false;
  /** Ends what is waited for when the decompressor fails: it then does not come back by itself. */
  #goOn: () => void = () => undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** A last one without a line end included. */
  get lines(): number {
    return this.#feeds + 1;
  }

  /** How many bytes it may be given next. */
  get bytesAtOnce(): number {
    return this.#gunzip === null ? Infinity : compressedAtOnce;
  }

  /** @returns how many bytes it has looked at, decompressed */
  async take(bytes: Buffer): Promise<number> {
    if (this.#gunzip === undefined) this.#gunzip = this.#isGzip(bytes) ? this.#startGunzip() : null;
    const before = this.#seen;
    if (this.#over) return 0;
    if (!this.#gunzip) this.#count(bytes);
    else await this.#whatComesOf((done) => this.#gunzip?.write(bytes, () => done()));
    return this.#seen - before;
  }

  /** At the end of the file: what is still in the decompressor counts, too. */
  async finish(): Promise<void> {
    const gunzip = this.#gunzip;
    if (gunzip && !this.#over) {
      gunzip.end();
      await this.#whatComesOf((done) => void finished(gunzip).then(done, done));
    }
    this.dispose();
  }

  dispose(): void {
    this.#gunzip?.destroy();
  }

  #isGzip(bytes: Buffer): boolean {
    return this.#reading.compression !== 'none' && gzipMark.every((byte, index) => bytes[index] === byte);
  }

  #startGunzip(): Gunzip {
    const gunzip = createGunzip({ chunkSize: 256 * 1024 });
    gunzip.on('data', (part: Buffer) => this.#count(part));
    gunzip.on('error', () => {
      // Whoever reads it comes no further either.
      this.#over = true;
      this.#goOn();
    });
    return gunzip;
  }

  async #whatComesOf(work: (done: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
      work(resolve);
    });
  }

  #count(bytes: Buffer): void {
    this.#seen += bytes.length;
    if (this.#gunzip && this.#seen > this.#reading.maxDecompressedBytes) this.#over = true;
    for (let from = 0; from < bytes.length;) {
      const at = bytes.indexOf(lineFeed, from);
      if (at < 0) break;
      this.#feeds++;
      // Where lines are short, a search for each costs more than to look at every byte.
      const end = at - from < shortLine ? Math.min(at + bytesAtATime, bytes.length) : at + 1;
      for (from = at + 1; from < end; from++) if (bytes[from] === lineFeed) this.#feeds++;
    }
  }
}
