import type { Position } from '../../protocol/checkpoints.ts';
import type { ObjectRecord, TextRecord } from '../chunks.ts';

/** A record that could not be decoded. */
export interface DecodeReject {
  /** Number of the record in its file, from 1. */
  number: number;
  /** Line on which it begins, from 1. */
  line: number;
  /** Character in that line, from 1, where one is known. */
  character: number | null;
  code: string;
  reason: string;
  raw: Buffer;
}

/** The records between two positions of a file. */
export interface Decoded {
  /** Bytes of the buffer that these records took; the rest belongs to the next call. */
  consumed: number;
  texts: TextRecord[];
  objects: ObjectRecord[];
  /** For each good record: its number in the file, its line, and where its bytes begin and end in `buffer`. */
  numbers: number[];
  lines: number[];
  starts: number[];
  ends: number[];
  rejects: DecodeReject[];
  /** Where the file continues after these records. */
  position: Position;
  /** Names of the columns as they are known at `position`, see `Decoder`. */
  columns: readonly string[] | null;
  buffer: Buffer;
}

/**
 * Cuts bytes into records. It is told where it is (a file resumes anywhere between two records) and keeps count from
 * there.
 */
export interface Decoder {
  /** Column names, once known; empty for objects. */
  readonly columns: readonly string[] | null;
  /**
   * Takes every complete record of `buffer`, which begins where the last call's `consumed` ended. At the end of the file
   * (`last`) everything is taken.
   * @throws FileFault when the header makes the file useless
   */
  decode(buffer: Buffer, last: boolean): Decoded;
  /** At the end of the file. @throws FileFault when it ended before anything useful */
  finish(): void;
}

export function nothingDecoded(buffer: Buffer, position: Position): Decoded {
  return {
    consumed: 0,
    texts: [],
    objects: [],
    numbers: [],
    lines: [],
    starts: [],
    ends: [],
    rejects: [],
    position: { ...position },
    columns: null,
    buffer,
  };
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/** The bytes of a line without its line end. */
export function withoutLineEnd(buffer: Buffer, start: number, end: number): Buffer {
  let stop = end;
  if (stop > start && buffer[stop - 1] === newline) stop--;
  if (stop > start && buffer[stop - 1] === carriageReturn) stop--;
  return buffer.subarray(start, stop);
}

/** The end (behind the line feed) of the line that holds `start`, or -1 when the buffer ends before it. */
export function lineEnd(buffer: Buffer, start: number): number {
  const at = buffer.indexOf(newline, start);
  return at < 0 ? -1 : at + 1;
}
