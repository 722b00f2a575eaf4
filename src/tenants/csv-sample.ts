import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { PlatformError } from '../foundation/errors.ts';

/** Rows and bytes that a proposal looks at; a sample has to be typical, not complete. */
export const maxSampleRows = 5000;
const maxSampleBytes = 8 * 1024 * 1024;
const delimiters = [',', '\t', ';', '|'];

export interface CsvSample {
  delimiter: string;
  quote: '"' | 'none';
  encoding: 'utf-8' | 'utf-16le' | 'latin1';
  header: string[];
  /** At most `maxSampleRows`, without the header; only rows with as many fields as the header. */
  rows: string[][];
  /** Rows that have another number of fields. */
  oddRows: number;
  /** Whether the whole file was looked at. */
  complete: boolean;
}

/** Reads the beginning of a CSV or TSV file, gzipped or not, and finds out how it is written. */
export async function readSample(path: string): Promise<CsvSample> {
  const { bytes, whole } = await readStart(path);
  const { text, encoding } = decode(bytes);
  const lines = whole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const start = lines.split(/(?<=\n)/, 200).join('');
  const rated = delimiters.flatMap((delimiter) =>
    (['"', 'none'] as const).map((quote) => ({
      delimiter,
      quote,
      score: regularity(records(start, delimiter, quote)),
    })),
  );
  const [best] = rated.sort((a, b) => b.score - a.score);
  if (!best) throw sampleHasNoRows(path);
  const { delimiter } = best;
  // Plain TSV has no quotes, and a lone inch sign would swallow the rest of the file.
  const plain = delimiter === '\t' && !/(^|\t)"/m.test(lines);
  const quote = plain ? 'none' : best.quote;
  const [header, ...rows] = records(lines, delimiter, quote);
  if (!header || rows.length === 0) throw sampleHasNoRows(path);
  const even = rows.filter((row) => row.length === header.length);
  const complete = whole && rows.length <= maxSampleRows;
  return {
    delimiter,
    quote,
    encoding,
    header,
    rows: even.slice(0, maxSampleRows),
    oddRows: rows.length - even.length,
    complete,
  };
}

async function readStart(path: string): Promise<{ bytes: Buffer; whole: boolean }> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const raw = Buffer.alloc(Math.min(size, maxSampleBytes));
    const { bytesRead } = await handle.read(raw, 0, raw.length, 0);
    const bytes = raw.subarray(0, bytesRead);
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { bytes, whole: size <= maxSampleBytes };
    // The end of a cut stream is not an error here; a small file that unpacks to gigabytes is one.
    const unpacked = gunzipSync(bytes.subarray(0, maxSampleBytes / 8), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: maxSampleBytes * 16,
    });
    return {
      bytes: unpacked.subarray(0, maxSampleBytes),
      whole: size <= maxSampleBytes / 8 && unpacked.length <= maxSampleBytes,
    };
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer): { text: string; encoding: CsvSample['encoding'] } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' };
  try {
    // `stream` leaves a letter that the end of the sample cuts in two.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }), encoding: 'utf-8' };
  } catch {
    return { text: new TextDecoder('latin1').decode(bytes), encoding: 'latin1' };
  }
}

function records(text: string, delimiter: string, quote: CsvSample['quote']): string[][] {
  return parse(text, {
    delimiter,
    quote: quote === 'none' ? null : quote,
    bom: true,
    to: maxSampleRows + 2,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  });
}

/** How much the records look like a table: the share with as many fields as the first, more fields counting a little more. */
function regularity(found: readonly string[][]): number {
  const width = found[0]?.length ?? 0;
  if (width === 0) return 0;
  const share = found.filter((record) => record.length === width).length / found.length;
  const rows = Math.min(found.length, 200);
  return width === 1 ? share / 1000 : share * (1 + Math.log(width) / 10) * (1 - 1 / (rows + 1));
}

function sampleHasNoRows(path: string): PlatformError {
  return new PlatformError({
    code: 'SAMPLE_WITHOUT_ROWS',
    message: `${path} has no header with rows below it`,
    hint: 'Give a sample file as your tenant will deliver it: a header and some rows.',
    kind: 'usage',
  });
}
