import type { RunReport } from './reports.ts';

type FileProgress = Pick<NonNullable<RunReport['file']>, 'bytesRead' | 'size'> & { counters: { bytes: number } };

/** As long as a file is reported, something of it is left: its last records, or its end. */
const mostOfFile = 0.99;

/**
 * Bytes on disk that are done: not those that were only read ahead, which in a small file are all of them at once. Of a compressed
 * file, of which fewer are on disk than come out of it, those that were read.
 */
export function bytesDone({ bytesRead, size, counters }: FileProgress): number {
  return Math.min(bytesRead, counters.bytes, size * mostOfFile);
}

/** The share of the file that is done, from 0 to below 1. */
export function shareDone(file: FileProgress): number {
  return file.size > 0 ? bytesDone(file) / file.size : 0;
}
