import { isUtf8 } from 'node:buffer';
import type { Options } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { messageOf } from '../../foundation/errors.ts';
import type { CsvFormat } from '../../protocol/formats.ts';
import { lineEnd } from './decoder.ts';
import { plainLines } from './plain-lines.ts';

/** Records of a stretch of bytes: fields as text, and where each record begins and ends. */
export interface ParsedRecords {
  fields: string[][];
  /** Byte offsets in the parsed bytes: record i is [starts[i], ends[i]), its line end included. */
  starts: number[];
  ends: number[];
  /** Lines that record i spans. */
  spans: number[];
  /** Where csv-parse lost its place, and why; null when it read to the end. */
  lost: { at: number; code: string; reason: string } | null;
}

/** csv-parse over stretches of bytes that begin at a record, each field decoded from UTF-8. */
export class CsvParsing {
  readonly #options: Options;
  readonly #delimiter: string;
  readonly #quote: string | null;
  readonly #trim: boolean;

  constructor(format: CsvFormat) {
    this.#delimiter = format.delimiter;
    this.#quote = format.quote;
    this.#trim = format.trim;
    this.#options = {
      delimiter: format.delimiter,
      quote: format.quote ?? false,
      escape: format.escape ?? format.quote ?? false,
      trim: format.trim,
      record_delimiter: ['\n', '\r\n'],
      // Lengths are compared with the header by the decoder, which says more about them.
      relax_column_count: true,
      bom: false,
    };
  }

  /**
   * The usual case at full speed: every record is one line. Null when that is not so, or when csv-parse met an error: the
   * bytes are then parsed with positions, which costs a third more.
   */
  parseLines(bytes: Buffer): ParsedRecords | null {
    const hasQuotes = this.#quote !== null && bytes.includes(this.#quote);
    if (!hasQuotes && !this.#trim) return plainLines(bytes, this.#delimiter);
    let fields: string[][];
    try {
      fields = this.#parse(bytes, {});
    } catch {
      return null;
    }
    const starts: number[] = [];
    const ends: number[] = [];
    for (let start = 0; start < bytes.length;) {
      const end = lineEnd(bytes, start);
      starts.push(start);
      start = end < 0 ? bytes.length : end;
      ends.push(start);
    }
    if (fields.length !== starts.length) return null;
    return { fields, starts, ends, spans: new Array<number>(fields.length).fill(1), lost: null };
  }

  /** Parses from `from` up to `to`, or to the first place where csv-parse cannot go on. */
  parseWithPositions(bytes: Buffer, from: number, to: number): ParsedRecords {
    const records: ParsedRecords = { fields: [], starts: [], ends: [], spans: [], lost: null };
    let start = from;
    let line = 0;
    const collect = (fields: string[], info: { bytes: number; lines: number }): null => {
      records.fields.push(fields);
      records.starts.push(start);
      start = from + info.bytes;
      records.ends.push(start);
      records.spans.push(info.lines - line);
      line = info.lines;
      return null;
    };
    try {
      this.#parse(bytes.subarray(from, to), { on_record: collect });
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'CSV_INVALID';
      records.lost = { at: start, code: faultCode(code), reason: withoutPlace(messageOf(error)) };
    }
    return records;
  }

  /**
   * Bytes that are not all valid UTF-8 are parsed as Latin-1, which keeps every byte and the same structure (delimiters
   * and quotes are ASCII); the caller decodes the fields of the valid records.
   */
  #parse(bytes: Buffer, more: Options): string[][] {
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    return parse(bytes, { ...this.#options, ...more, encoding });
  }
}

function faultCode(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'QUOTE_NOT_CLOSED';
  return code.includes('QUOTE') ? 'QUOTE_MISPLACED' : 'RECORD_UNREADABLE';
}

/** csv-parse counts lines from the start of the bytes that it was given; the decoder knows the real ones. */
function withoutPlace(message: string): string {
  return message.replace(/ at line \d+,?/g, '').replace(/\s+/g, ' ');
}
