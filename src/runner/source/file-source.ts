import type { ReadStream } from 'node:fs';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { mayPass, systemCode } from '../../foundation/errors.ts';
import type { FileFormat } from '../../protocol/formats.ts';
import type { JobFile } from '../../protocol/jobs.ts';
import {
  fileChanged,
  FileFault,
  fileGone,
  fileUnreadable,
  readingFailed,
  gzipBroken,
  gzipTooLarge,
  gzipTruncated,
} from '../faults.ts';
import { atMost } from './at-most.ts';
import { gunzip } from './gunzip.ts';
import { transcode } from './transcode.ts';

const readSize = 256 * 1024;
/** Smaller, because it can become a thousand times as much. */
const gzipReadSize = 32 * 1024;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A file as it was when it was taken: one that differs later was changed meanwhile. */
export type TakenFile = Pick<JobFile, 'name' | 'path' | 'size' | 'mtimeMs'>;

/** The bytes of a file as UTF-8, decompressed, from a position on. */
export class FileSource {
  #disk: ReadStream | undefined;
  #start = 0;
  readonly #file: TakenFile;
  readonly #format: FileFormat;

  readonly #maxDecompressedBytes: number;

  /** @param maxDecompressedBytes what the file may become if it is compressed */
  constructor(file: TakenFile, format: FileFormat, maxDecompressedBytes: number) {
    this.#file = file;
    this.#format = format;
    this.#maxDecompressedBytes = maxDecompressedBytes;
  }

  /** Bytes read from the disk so far, of the file's size: progress. */
  get bytesRead(): number {
    return this.#start + (this.#disk?.bytesRead ?? 0);
  }

  /**
   * Yields the decoded bytes behind the first `skip` ones. Positions are counted without a byte order mark.
   * @throws FileFault GZIP_TRUNCATED, GZIP_BROKEN, GZIP_TOO_LARGE, FILE_UNREADABLE, FILE_CHANGED, FILE_GONE; PlatformError with
   *   the system's code for what may pass and is no fault of the file
   */
  async *read(skip: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const gzipped = await this.#isGzip();
    const plain = !gzipped && this.#format.encoding === 'utf-8';
    const mark = plain ? await this.#markLength() : 0;
    const start = plain ? mark + skip : 0;
    const highWaterMark = gzipped ? gzipReadSize : readSize;
    // What is appended after admission is not read; that there is such is a fault of its own.
    const end = Math.max(start, this.#file.size) - 1;
    const disk = createReadStream(this.#file.path, { start, ...(end >= start ? { end } : {}), highWaterMark, signal });
    this.#disk = disk;
    this.#start = start;

    // The stages over bytes, in their order: unseal (none yet), decompress, transcode.
    const unsealed = disk as AsyncIterable<Buffer>;
    const unpacked = gzipped
      ? atMost(this.#maxDecompressedBytes, gunzip(unsealed), () => gzipTooLarge(this.#maxDecompressedBytes))
      : unsealed;
    const bytes = transcode(unpacked, this.#format.encoding);

    let toSkip = plain ? 0 : skip;
    let atStart = !plain;
    try {
      for await (const chunk of bytes) {
        let part = chunk;
        if (atStart && part.length > 0) {
          // Byte order marks survive decompression and transcoding as the UTF-8 one.
          if (part.subarray(0, 3).equals(byteOrderMark)) part = part.subarray(3);
          atStart = false;
        }
        if (toSkip > 0) {
          const skipped = Math.min(toSkip, part.length);
          toSkip -= skipped;
          part = part.subarray(skipped);
        }
        if (part.length > 0) yield part;
      }
      await this.#requireUnchanged();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FileFault) throw error;
      throw readFault(this.#file.name, error);
    } finally {
      disk.destroy();
    }
  }

  /** Whoever had the file open when it was taken out of staging can still write to it. */
  async #requireUnchanged(): Promise<void> {
    const { size, mtimeMs } = await stat(this.#file.path);
    if (size !== this.#file.size || mtimeMs !== this.#file.mtimeMs) {
      throw fileChanged(this.#file.name, this.#file.size, size);
    }
  }

  async #isGzip(): Promise<boolean> {
    if (this.#format.compression !== 'auto') return this.#format.compression === 'gzip';
    const first = await this.#firstBytes(2);
    return first[0] === 0x1f && first[1] === 0x8b;
  }

  async #markLength(): Promise<number> {
    return (await this.#firstBytes(3)).equals(byteOrderMark) ? 3 : 0;
  }

  async #firstBytes(count: number): Promise<Buffer> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.#file.path, 'r');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw readFault(this.#file.name, error);
    } finally {
      await handle?.close();
    }
  }
}

function readFault(name: string, error: unknown): Error {
  const code = systemCode(error);
  if (code === 'Z_BUF_ERROR') return gzipTruncated(error);
  if (code?.startsWith('Z_')) return gzipBroken(error);
  if (code === 'ENOENT') return fileGone(name, error);
  if (code !== undefined && mayPass(code)) return readingFailed(name, code, error);
  return fileUnreadable(name, error);
}
