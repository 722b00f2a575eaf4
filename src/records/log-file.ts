import { open, type FileHandle } from 'node:fs/promises';
import { systemCode } from '../foundation/errors.ts';

const blockBytes = 64 * 1024;
/** Of a longer line only a part is given; it is no log line of ours. */
const maxLineBytes = 1024 * 1024;
const newline = 0x0a;

/** A log file that stays the same one when it is renamed. */
export class LogFile {
  readonly handle: FileHandle;
  /** Device and inode, see `identityOf`. */
  readonly identity: string;
  /** Behind the last newline that was there when it was opened, then behind the last line that was read. */
  position: number;
  /** How often in a row it was not found under any name of its log. */
  misses = 0;
  #cutLine = false;

  constructor(handle: FileHandle, identity: string, position: number) {
    this.handle = handle;
    this.identity = identity;
    this.position = position;
  }

  /** Lines before the position, the last first, without their newline. */
  linesFromEnd(): AsyncGenerator<Buffer> {
    return linesFromEnd(this.handle, this.position);
  }

  /** Gives the lines behind the position that are complete, and moves behind them. */
  async readNew(onLine: (line: string) => void): Promise<void> {
    const { size } = await this.handle.stat();
    if (size < this.position) this.position = 0;
    const block = Buffer.alloc(blockBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (let at = this.position; ;) {
      const { bytesRead } = await this.handle.read(block, 0, blockBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const text = Buffer.concat([rest, block.subarray(0, bytesRead)]);
      let start = 0;
      for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, start)) {
        this.#give(text.subarray(start, end), onLine);
        this.#cutLine = false;
        start = end + 1;
      }
      rest = text.subarray(start);
      if (rest.length > maxLineBytes) {
        this.#give(rest, onLine);
        this.#cutLine = true;
        rest = Buffer.alloc(0);
      }
      this.position = at - rest.length;
    }
  }

  #give(line: Buffer, onLine: (line: string) => void): void {
    if (!this.#cutLine && line.length > 0) onLine(line.toString('utf8'));
  }
}

/** What makes a file the same one under another name. */
export function identityOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev.toString()}:${ino.toString()}`;
}

/** Opens a log for reading; undefined when there is none. */
export async function openLog(path: string): Promise<LogFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { dev, ino, size } = await handle.stat({ bigint: true });
    return new LogFile(handle, identityOf({ dev, ino }), await endOfLastLine(handle, Number(size)));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  for await (const { block, at } of blocksFromEnd(handle, size)) {
    const found = block.lastIndexOf(newline);
    if (found !== -1) return at + found + 1;
  }
  return 0;
}

/** Lines in [0, end), the last first, without their newline; `end` is behind a newline. */
async function* linesFromEnd(handle: FileHandle, end: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const { block } of blocksFromEnd(handle, end)) {
    let text = Buffer.concat([block, rest]);
    for (let found = text.lastIndexOf(newline); found !== -1; found = text.lastIndexOf(newline)) {
      if (found + 1 < text.length) yield text.subarray(found + 1, found + 1 + maxLineBytes);
      text = text.subarray(0, found);
    }
    rest = text.subarray(0, maxLineBytes);
  }
  if (rest.length > 0) yield rest;
}

async function* blocksFromEnd(handle: FileHandle, end: number): AsyncGenerator<{ block: Buffer; at: number }> {
  for (let behind = end; behind > 0;) {
    const at = Math.max(0, behind - blockBytes);
    const block = Buffer.alloc(behind - at);
    const { bytesRead } = await handle.read(block, 0, block.length, at);
    if (bytesRead < block.length) return;
    yield { block, at };
    behind = at;
  }
}
