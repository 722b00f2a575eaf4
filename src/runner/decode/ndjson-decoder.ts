import { isUtf8 } from 'node:buffer';
import { messageOf } from '../../foundation/errors.ts';
import type { Position } from '../../protocol/checkpoints.ts';
import type { NdjsonFormat } from '../../protocol/formats.ts';
import type { ObjectRecord } from '../chunks.ts';
import { parseJson } from '../../foundation/exact-json.ts';
import type { Decoded, Decoder } from './decoder.ts';
import { lineEnd, nothingDecoded, withoutLineEnd } from './decoder.ts';
import { LongRecordSkipper } from './long-records.ts';

/** One JSON object a line. Numbers that a double cannot hold exactly become texts, which a column's type converts. */
export class NdjsonDecoder implements Decoder {
  readonly columns: readonly string[] = [];
  readonly #nulls: ReadonlySet<string>;
  readonly #maxRecordBytes: number;
  readonly #position: Position;
  readonly #skipper: LongRecordSkipper;

  constructor(format: NdjsonFormat, maxRecordBytes: number, position: Position) {
    this.#nulls = new Set(format.nulls);
    this.#maxRecordBytes = maxRecordBytes;
    this.#position = { ...position };
    this.#skipper = new LongRecordSkipper(maxRecordBytes);
  }

  decode(buffer: Buffer, last: boolean): Decoded {
    const position = this.#position;
    const decoded = nothingDecoded(buffer, position);
    if (this.#skipper.skipping) this.#skipper.continue(buffer, position, decoded, last);
    while (decoded.consumed < buffer.length && !this.#skipper.skipping) {
      const start = decoded.consumed;
      let end = lineEnd(buffer, start);
      if (end < 0) {
        if (buffer.length - start > this.#maxRecordBytes) {
          const rest = buffer.subarray(start);
          this.#skipper.begin(rest, position, decoded, last);
          break;
        }
        if (!last) break;
        end = buffer.length;
      }
      this.#line(buffer, start, end, decoded);
      decoded.consumed = end;
      position.bytes += end - start;
      position.lines++;
    }
    decoded.position = { ...position };
    decoded.columns = this.columns;
    return decoded;
  }

  finish(): void {
    // Any number of lines is a file, also none.
  }

  #line(buffer: Buffer, start: number, end: number, decoded: Decoded): void {
    const bytes = withoutLineEnd(buffer, start, end);
    if (bytes.length === 0) return;
    const number = ++this.#position.records;
    const line = this.#position.lines + 1;
    const reject = (code: string, reason: string, character: number | null = null) =>
      decoded.rejects.push({ number, line, character, code, reason, raw: Buffer.from(bytes) });
    if (bytes.length > this.#maxRecordBytes) {
      reject('RECORD_TOO_LONG', `the record is longer than ${this.#maxRecordBytes} bytes (maxRecordBytes)`);
      return;
    }
    if (!isUtf8(bytes)) {
      reject('INVALID_ENCODING', 'the line has bytes that are not valid in the declared encoding');
      return;
    }
    let value: unknown;
    try {
      value = parseJson(bytes.toString('utf8'));
    } catch (error) {
      const at = /position (\d+)/.exec(messageOf(error))?.[1];
      reject('INVALID_JSON', messageOf(error), at === undefined ? null : Number(at) + 1);
      return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      reject('NOT_AN_OBJECT', 'the line holds JSON but not an object');
      return;
    }
    const record = value as ObjectRecord;
    for (const key of Object.keys(record)) {
      const field = record[key];
      if (typeof field === 'string' && this.#nulls.has(field)) record[key] = null;
    }
    decoded.objects.push(record);
    decoded.numbers.push(number);
    decoded.lines.push(line);
    decoded.starts.push(start);
    decoded.ends.push(end);
  }
}
