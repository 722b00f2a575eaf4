import type { Decoded, Decoder } from './decode/decoder.ts';
import { inParts } from './decode/in-parts.ts';
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
  /** The begin of a record that is not complete, and what was read behind it. */
  let carry: Buffer = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let bytes = 0;
  function* decode(last: boolean): Generator<Decoded> {
    const buffer =
      carry.length === 0 && pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat([carry, ...pieces]);
    const decoded = decoder.decode(buffer, last);
    carry = Buffer.from(buffer.subarray(decoded.consumed));
    pieces = [];
    bytes = 0;
    ahead.observe(decoded.numbers.length + decoded.rejects.length, decoded.consumed);
    for (const part of inParts(decoded, () => ahead.most)) {
      yield part;
      if (drain.aborted) return;
    }
  }

  const fault = new Fault();
  for await (const block of fault.endOf(source.read(from, signal))) {
    for (let at = 0; at < block.length && !drain.aborted;) {
      // The begin of a long record is decoded again each time: only when as much has come behind it.
      const wanted = Math.max(ahead.nextBytes, carry.length);
      const piece = block.subarray(at, at + Math.max(0, wanted - bytes));
      at += piece.length;
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= wanted) yield* decode(false);
    }
    if (drain.aborted) return;
  }
  if (drain.aborted) return;
  signal.throwIfAborted();
  // What comes before the fault is good.
  yield* decode(!fault.met);
  fault.rethrow();
  decoder.finish();
}

/** The error in which something may end before its end. */
class Fault {
  #error: { cause: unknown } | undefined;

  get met(): boolean {
    return this.#error !== undefined;
  }

  /** The same, but that it ends where it would throw. */
  async *endOf<T>(all: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* all;
    } catch (error) {
      this.#error = { cause: error };
    }
  }

  rethrow(): void {
    if (this.#error) throw this.#error.cause as Error;
  }
}
