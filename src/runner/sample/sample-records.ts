import { bytesFor } from '../../protocol/byte-limits.ts';
import type { SampleJob } from '../../protocol/samples.ts';
import type { InputChunk } from '../chunks.ts';
import type { Decoded, DecodeReject } from '../decode/decoder.ts';
import { withoutLineEnd } from '../decode/decoder.ts';
import { decoderFor } from '../decode/decoder-for.ts';
import { TokenBucket } from '../quota.ts';
import { ReadAhead } from '../read-ahead.ts';
import { readRecords } from '../read-records.ts';
import type { TakenFile } from '../source/file-source.ts';
import { FileSource } from '../source/file-source.ts';

/** A record of a sample: a chunk of its own for the app, or why it could not be decoded. */
export interface SampleInput {
  number: number;
  line: number;
  raw: Buffer;
  content: InputChunk | DecodeReject;
}

/**
 * The records at the start of a file, one by one in their order: source → decode, as in a run. One more than the job wants is
 * looked for; `false` is given in its place.
 * @throws FileFault when the file is useless; the signal's reason
 */
export async function* sampleRecords(
  job: SampleJob,
  file: TakenFile,
  signal: AbortSignal,
): AsyncGenerator<SampleInput | false> {
  const source = new FileSource(file, job.format, bytesFor(file.size, job.limits.decompressed));
  const decoder = decoderFor(job, { bytes: 0, lines: 0, records: 0 }, null);
  const ahead = new ReadAhead(new TokenBucket({ rowsPerSecond: null, bytesPerSecond: null }));
  let given = 0;
  for await (const decoded of readRecords(source, decoder, { from: 0, ahead, drain: signal, signal })) {
    for (const record of inOrder(decoded, decoder.columns ?? [])) {
      if (given++ === job.records) {
        yield false;
        return;
      }
      yield record;
    }
  }
  signal.throwIfAborted();
}

export function isDecoded(content: SampleInput['content']): content is InputChunk {
  return 'numbers' in content;
}

function inOrder(decoded: Decoded, columns: readonly string[]): SampleInput[] {
  const records = decoded.numbers.map((number, i): SampleInput => ({
    number,
    line: decoded.lines[i] as number,
    raw: withoutLineEnd(decoded.buffer, decoded.starts[i] as number, decoded.ends[i] as number),
    content: {
      sequence: number,
      file: 0,
      columns,
      texts: decoded.texts.slice(i, i + 1),
      objects: decoded.objects.slice(i, i + 1),
      numbers: [number],
    },
  }));
  for (const reject of decoded.rejects) {
    records.push({ number: reject.number, line: reject.line, raw: reject.raw, content: reject });
  }
  return records.sort((a, b) => a.number - b.number);
}
