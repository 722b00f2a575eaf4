import type { Readable } from 'node:stream';

const keptBytes = 8 * 1024;
const readBytes = 1024 * 1024;

/**
 * Reads the output of a process and keeps its end, 8 KiB. After 1 MiB the stream is closed, so that a process that
 * floods it cannot occupy the reader; the writer then sees a broken pipe.
 */
export class OutputTail {
  #tail: Buffer = Buffer.alloc(0);
  #read = 0;

  constructor(stream: Readable) {
    stream.on('error', () => undefined); // It ends as at its end.
    stream.on('data', (chunk: Buffer) => {
      this.#read += chunk.length;
      // Copied, so that the last few bytes do not keep a whole chunk in memory.
      this.#tail = Buffer.from(Buffer.concat([this.#tail, chunk]).subarray(-keptBytes));
      if (this.#read >= readBytes) stream.destroy();
    });
  }

  /** The last 8 KiB of what was read, as UTF-8 from the first whole character on. */
  get text(): string {
    let start = 0;
    while (this.#read > this.#tail.length && start < 4 && ((this.#tail[start] ?? 0) & 0xc0) === 0x80) start++;
    const text = this.#tail.toString('utf8', start);
    return this.#read < readBytes ? text : `${text}\n[after 1 MiB the output was no longer read]\n`;
  }
}
