import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isUtf8 } from 'node:buffer';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import { isDiskFull, systemCode } from '../foundation/errors.ts';
import { diskFull, rejectsLost } from './faults.ts';

/** One line of a quarantine file: a rejected record, why, and its original text. */
export interface QuarantinedRecord {
  file: string;
  /** Line in the file on which the record begins, from 1. */
  line: number;
  /** Number of the record in the file, from 1. */
  record: number;
  /** Column of the table that is to blame, where one is. */
  column: string | null;
  /** Character in the line, from 1, where one is known. */
  character: number | null;
  code: string;
  reason: string;
  /** The record's text as it was in the file, without its line end; absent when its bytes are no text. */
  raw?: string;
  /** The record's bytes where they are not valid in the declared encoding. */
  rawBase64?: string;
}

const flushBytes = 256 * 1024;

/** The NDJSON file that takes the rejected records of one input file; it comes into being with the first one. */
export class QuarantineFile implements AsyncDisposer {
  readonly #path: string;
  #length: number;
  #handle: FileHandle | undefined;
  readonly #pending: string[] = [];
  #pendingBytes = 0;

  /** @param length bytes that a checkpoint vouches for; what is behind them is cut off before the first write */
  constructor(path: string, length: number) {
    this.#path = path;
    this.#length = length;
  }

  /** Bytes of the file once everything appended is flushed. */
  get length(): number {
    return this.#length + this.#pendingBytes;
  }

  append(record: Omit<QuarantinedRecord, 'raw' | 'rawBase64'>, raw: Buffer): void {
    const original = isUtf8(raw) ? { raw: raw.toString('utf8') } : { rawBase64: raw.toString('base64') };
    const line = `${JSON.stringify({ ...record, ...original } satisfies QuarantinedRecord)}\n`;
    this.#pending.push(line);
    this.#pendingBytes += Buffer.byteLength(line);
  }

  /** Writes when enough has gathered. */
  async drain(): Promise<void> {
    if (this.#pendingBytes >= flushBytes) await this.#write();
  }

  /** Everything appended is on disk when this resolves. */
  async flush(): Promise<void> {
    if (this.#pendingBytes > 0) await this.#write();
    await this.#tellingFull(async () => this.#handle?.datasync());
  }

  /** Cuts off what a crash has left behind the checkpoint. @throws FileFault QUARANTINE_CHANGED when what it vouches for is gone */
  async cutBack(): Promise<void> {
    if (this.#length === 0) await rm(this.#path, { force: true });
    else await this.#open();
  }

  /** What could not be written stays to be written: otherwise a later checkpoint would vouch for lines that are not there. */
  async #write(): Promise<void> {
    const lines = this.#pending.length;
    const bytes = Buffer.from(this.#pending.join(''));
    await this.#tellingFull(async () => {
      const handle = await this.#open();
      let written = 0;
      while (written < bytes.length) {
        const part = await handle.write(bytes, written, bytes.length - written, this.#length + written);
        written += part.bytesWritten;
      }
    });
    this.#pending.splice(0, lines);
    this.#pendingBytes -= bytes.length;
    this.#length += bytes.length;
  }

  async #tellingFull(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw isDiskFull(error) ? diskFull(this.#path, error) : error;
    }
  }

  async #open(): Promise<FileHandle> {
    if (!this.#handle) {
      await mkdir(dirname(this.#path), { recursive: true });
      const handle = await open(this.#path, this.#length > 0 ? 'r+' : 'w').catch((error: unknown) => {
        throw systemCode(error) === 'ENOENT' && this.#length > 0 ? rejectsLost(this.#path) : error;
      });
      this.#handle = handle;
      if ((await handle.stat()).size < this.#length) throw rejectsLost(this.#path);
      await handle.truncate(this.#length);
    }
    return this.#handle;
  }

  async dispose(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}
