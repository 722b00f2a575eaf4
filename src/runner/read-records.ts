import type { Decoded, Decoder } from './decode/decoder.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { FileSource } from './source/file-source.ts';

interface Reading {
  /** Bytes of the file that the decoder knows already. */
  from: number;
  /** How much is decoded at a time. */
  ahead: ReadAhead;
  /** Aborted when no more should be read. */
  drain: AbortSignal;
  signal: AbortSignal;
}

/**
 * The first two stages: source → decode. Nothing is decoded behind what was drained, so the decoder stands where the last
 * records ended.
 * @throws FileFault of the source and of the decoder; the signal's reason
 */
export async function* readRecords(
  source: FileSource,
  decoder: Decoder,
  { from, ahead, drain, signal }: Reading,
): AsyncGenerator<Decoded> {
  let carry: Buffer = Buffer.alloc(0);
  for await (const block of source.read(from, signal)) {
    for (const piece of ahead.pieces(block)) {
      if (drain.aborted) return;
      const buffer = carry.length > 0 ? Buffer.concat([carry, piece]) : piece;
      const decoded = decoder.decode(buffer, false);
      carry = Buffer.from(buffer.subarray(decoded.consumed));
      ahead.observe(decoded.numbers.length + decoded.rejects.length, decoded.consumed);
      yield decoded;
    }
  }
  if (drain.aborted) return;
  yield decoder.decode(carry, true);
  decoder.finish();
}
