import type { Position } from '../../protocol/checkpoints.ts';
import type { Decoded } from './decoder.ts';
import { lineEnd } from './decoder.ts';

/** How much of an over-long record goes to quarantine: enough to recognise it. */
const keptBytes = 4096;

/**
 * Skips a line that is longer than a record may be, over as many buffers as it takes, so that memory stays bounded. Its
 * first bytes go to quarantine.
 */
export class LongRecordSkipper {
  #skipping = false;
  readonly #maxRecordBytes: number;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  get skipping(): boolean {
    return this.#skipping;
  }

  /** Begins to skip the line at the start of `buffer` and puts its reject into `into`. */
  begin(buffer: Buffer, position: Position, into: Decoded, last: boolean): void {
    position.records++;
    into.rejects.push({
      number: position.records,
      line: position.lines + 1,
      character: null,
      code: 'RECORD_TOO_LONG',
      reason: `the record is longer than ${this.#maxRecordBytes} bytes (maxRecordBytes); its first ${keptBytes} bytes are kept here`,
      raw: Buffer.from(buffer.subarray(0, keptBytes)),
    });
    this.#skipping = true;
    this.continue(buffer, position, into, last);
  }

  /** Skips up to the end of the line, or of the buffer. */
  continue(buffer: Buffer, position: Position, into: Decoded, last: boolean): void {
    const end = lineEnd(buffer, 0);
    const skipped = end < 0 ? buffer.length : end;
    into.consumed += skipped;
    position.bytes += skipped;
    if (end >= 0 || last) {
      this.#skipping = false;
      if (skipped > 0) position.lines++;
    }
  }
}
