import { isUtf8 } from 'node:buffer';
import type { Position } from '../../protocol/checkpoints.ts';
import type { CsvFormat } from '../../protocol/formats.ts';
import type { TextRecord } from '../chunks.ts';
import type { FileFault } from '../faults.ts';
import { emptyHeader, headerUnreadable, lineEndsUnknown } from '../faults.ts';
import type { ParsedRecords } from './csv-parsing.ts';
import { CsvParsing } from './csv-parsing.ts';
import type { Decoded, Decoder } from './decoder.ts';
import { lineEnd, nothingDecoded, withoutLineEnd } from './decoder.ts';
import type { HeaderExpectation } from './header.ts';
import { readHeader } from './header.ts';
import { LongRecordSkipper } from './long-records.ts';

const carriageReturn = 0x0d;

/** How much is parsed behind a line that went astray, and by how much more at a time when nothing else does. Bytes. */
const shortStretch = 512;
const growth = 4;

interface CsvDecoderOptions {
  format: CsvFormat;
  maxRecordBytes: number;
  /** Where the bytes begin; columns are known from the checkpoint when that is behind the header. */
  position: Position;
  columns: readonly string[] | null;
  header: HeaderExpectation;
}

/**
 * CSV and TSV. csv-parse cuts fields; where an unbalanced quote makes it lose its place, the line that opened the quote
 * goes to quarantine and reading resumes at the next line. Blank lines are no records.
 */
export class CsvDecoder implements Decoder {
  columns: readonly string[] | null;
  readonly #format: CsvFormat;
  readonly #maxRecordBytes: number;
  readonly #header: HeaderExpectation;
  readonly #position: Position;
  readonly #parsing: CsvParsing;
  readonly #skipper: LongRecordSkipper;
  readonly #nulls: ReadonlySet<string>;
  readonly #longestNull: number;
  /** Once a record spans lines, most likely others do: positions are then asked for at once. */
  #linesAreRecords = true;
  /** Whether the last line that was read ends with LF and no CR before it. */
  #endsWithFeedAlone = false;

  constructor(options: CsvDecoderOptions) {
    this.#format = options.format;
    this.#maxRecordBytes = options.maxRecordBytes;
    this.#header = options.header;
    this.#position = { ...options.position };
    this.columns = options.format.header ? options.columns : (options.format.columns ?? []);
    this.#parsing = new CsvParsing(options.format);
    this.#skipper = new LongRecordSkipper(options.maxRecordBytes);
    this.#nulls = new Set(options.format.nulls);
    this.#longestNull = Math.max(-1, ...options.format.nulls.map((text) => text.length));
  }

  decode(buffer: Buffer, last: boolean): Decoded {
    const decoded = nothingDecoded(buffer, this.#position);
    const bytes = last ? this.#withoutHalfLineEnd(buffer) : buffer;
    if (this.#skipper.skipping) this.#skipper.continue(bytes, this.#position, decoded, last);
    if (!this.#skipper.skipping) this.#records(bytes, last, decoded);
    const end = bytes.lastIndexOf(0x0a, decoded.consumed - 1);
    if (decoded.consumed > 0 && end >= 0) this.#endsWithFeedAlone = bytes[end - 1] !== carriageReturn;
    if (bytes.length < buffer.length) this.#advance(decoded, buffer.length, 0);
    decoded.position = { ...this.#position };
    decoded.columns = this.columns;
    return decoded;
  }

  /** A file that was cut off between CR and LF ends with a CR, which is none of its last value. */
  #withoutHalfLineEnd(buffer: Buffer): Buffer {
    if (buffer.at(-1) !== carriageReturn) return buffer;
    const before = buffer.lastIndexOf(0x0a);
    const feedAlone = before < 0 ? this.#endsWithFeedAlone : buffer[before - 1] !== carriageReturn;
    return feedAlone ? buffer : buffer.subarray(0, -1);
  }

  #records(buffer: Buffer, last: boolean, decoded: Decoded): void {
    const end = last ? buffer.length : buffer.lastIndexOf(0x0a) + 1;
    if (end <= decoded.consumed) {
      const rest = buffer.subarray(decoded.consumed);
      if (rest.length <= this.#maxRecordBytes) return;
      // What comes behind such a line are records: none of them is the header.
      if (this.columns === null) throw this.#headerTooLong();
      this.#skipper.begin(rest, this.#position, decoded, last);
      return;
    }
    const bytes = buffer.subarray(0, end);
    if (this.#linesAreRecords && decoded.consumed === 0) {
      const parsed = this.#parsing.parseLines(bytes);
      if (parsed) {
        this.#accept(parsed, bytes, isUtf8(bytes), decoded, last);
        return;
      }
    }
    // Where a line goes astray, all behind it is parsed anew. With many such lines that must not be much each time.
    let stretch = end;
    while (decoded.consumed < end) {
      const to = endOfStretch(bytes, decoded.consumed + stretch);
      const parsed = this.#parsing.parseWithPositions(bytes, decoded.consumed, to);
      if (parsed.spans.some((lines) => lines > 1)) this.#linesAreRecords = false;
      const valid = isUtf8(bytes.subarray(decoded.consumed, to));
      const astray = this.#accept(parsed, bytes, valid, decoded, last) ?? parsed.lost;
      if (!astray) {
        stretch *= growth;
        continue;
      }
      // A quote that is still open may close behind the stretch, or in bytes that were not read yet, as long as a record may be.
      if (astray.code === 'QUOTE_NOT_CLOSED' && (to < end || !last) && to - astray.at <= this.#maxRecordBytes) {
        if (to === end) return;
        stretch = (to - decoded.consumed) * growth;
        continue;
      }
      this.#rejectLine(bytes, astray, decoded);
      stretch = shortStretch;
    }
  }

  /** Takes parsed records over; stops where one spans lines and has a wrong number of columns, for its quote is astray. */
  #accept(
    parsed: ParsedRecords,
    bytes: Buffer,
    valid: boolean,
    decoded: Decoded,
    last: boolean,
  ): ParsedRecords['lost'] {
    for (let i = 0; i < parsed.fields.length; i++) {
      const fields = parsed.fields[i] as string[];
      const start = parsed.starts[i] as number;
      const end = parsed.ends[i] as number;
      const blank = fields.length === 1 && fields[0] === '' && parsed.spans[i] === 1;
      if (!blank) {
        const expected = this.columns?.length ?? fields.length;
        if (fields.length !== expected && (parsed.spans[i] as number) > 1) {
          return {
            at: start,
            code: 'QUOTE_MISPLACED',
            reason: wrongCount(expected, fields.length, 'over several lines: a quote is not balanced'),
          };
        }
        const raw = withoutLineEnd(bytes, start, end);
        if (this.columns === null) this.#readHeader(fields, raw, valid);
        else this.#record(fields, raw, start, end, valid || isUtf8(raw), !valid, last && end === bytes.length, decoded);
      }
      this.#advance(decoded, end, parsed.spans[i] as number);
    }
    return null;
  }

  #headerTooLong(): FileFault {
    const reason = `it is longer than the ${this.#maxRecordBytes} bytes that a record may have (maxRecordBytes)`;
    return headerUnreadable(reason, this.#position.lines + 1);
  }

  #readHeader(fields: string[], raw: Buffer, valid: boolean): void {
    if (raw.length > this.#maxRecordBytes) throw this.#headerTooLong();
    if (!valid && !isUtf8(raw)) {
      throw headerUnreadable('it has bytes that are not valid in the declared encoding', this.#position.lines + 1);
    }
    if (fields.some((name) => name.trim().includes('\r'))) throw lineEndsUnknown();
    this.columns = readHeader(valid ? fields : fields.map(fromLatin1), this.#header);
  }

  #record(
    fields: string[],
    raw: Buffer,
    start: number,
    end: number,
    validText: boolean,
    asLatin1: boolean,
    endsFile: boolean,
    decoded: Decoded,
  ): void {
    const number = ++this.#position.records;
    const line = this.#position.lines + 1;
    const expected = this.columns?.length ?? 0;
    const reject = (code: string, reason: string, character: number | null = null) =>
      decoded.rejects.push({ number, line, character, code, reason, raw: Buffer.from(raw) });
    if (raw.length > this.#maxRecordBytes) {
      reject('RECORD_TOO_LONG', `the record is longer than ${this.#maxRecordBytes} bytes (maxRecordBytes)`);
    } else if (!validText) {
      reject(
        'INVALID_ENCODING',
        `bytes that are not valid in the declared encoding (${this.#format.encoding})`,
        firstInvalid(raw),
      );
    } else if (fields.length !== expected) {
      const cutOff = endsFile && fields.length < expected && raw.length === end - start;
      reject(
        cutOff ? 'RECORD_CUT_OFF' : 'WRONG_COLUMN_COUNT',
        wrongCount(expected, fields.length, cutOff ? 'and the file ends there: it was probably cut off' : ''),
      );
    } else {
      decoded.texts.push(this.#values(asLatin1 ? fields.map(fromLatin1) : fields));
      decoded.numbers.push(number);
      decoded.lines.push(line);
      decoded.starts.push(start);
      decoded.ends.push(end);
    }
  }

  /** The fields themselves, with the null spellings replaced in place. */
  #values(fields: string[]): TextRecord {
    const values: TextRecord = fields;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as string;
      if (field.length <= this.#longestNull && this.#nulls.has(field)) values[i] = null;
    }
    return values;
  }

  #rejectLine(bytes: Buffer, astray: NonNullable<ParsedRecords['lost']>, decoded: Decoded): void {
    const end = lineEnd(bytes, astray.at);
    const stop = end < 0 ? bytes.length : end;
    const raw = withoutLineEnd(bytes, astray.at, stop);
    if (this.columns === null) throw headerUnreadable(astray.reason, this.#position.lines + 1);
    this.#position.records++;
    decoded.rejects.push({
      number: this.#position.records,
      line: this.#position.lines + 1,
      character: null,
      code: astray.code,
      reason: astray.reason,
      raw: Buffer.from(raw),
    });
    this.#advance(decoded, stop, 1);
  }

  #advance(decoded: Decoded, end: number, lines: number): void {
    this.#position.bytes += end - decoded.consumed;
    this.#position.lines += lines;
    decoded.consumed = end;
  }

  finish(): void {
    if (this.columns === null && this.#position.bytes > 0) throw emptyHeader();
  }
}

/** The first end of a line at or behind `from`, or of the bytes. */
function endOfStretch(bytes: Buffer, from: number): number {
  const end = from < bytes.length ? lineEnd(bytes, from) : -1;
  return end < 0 ? bytes.length : end;
}

function wrongCount(expected: number, found: number, more: string): string {
  return `expected ${expected} columns, found ${found}${more ? ` ${more}` : ''}`;
}

function fromLatin1(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** The character, from 1, at which the bytes stop being valid UTF-8. */
function firstInvalid(raw: Buffer): number {
  let valid = 0;
  for (let low = 0, high = raw.length; low <= high;) {
    const middle = (low + high) >> 1;
    // A prefix may end inside a character: up to three bytes more can make it whole.
    const whole = [0, 1, 2, 3].some((more) => isUtf8(raw.subarray(0, Math.min(raw.length, middle + more))));
    if (whole) {
      valid = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return raw.subarray(0, valid).toString('utf8').length + 1;
}
