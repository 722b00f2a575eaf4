import type { Decoded } from './decoder.ts';

/** What one part may have at most; a single record may have more bytes. */
export interface PartSize {
  records: number;
  bytes: number;
}

/**
 * Cuts decoded records into parts that are about as large as they should be: behind a very long record there can be very many
 * short ones. Records that could not be decoded go with the good one before them.
 * @param size is asked anew for each part; what is not twice as large stays whole
 */
export function* inParts(decoded: Decoded, size: () => PartSize): Generator<Decoded> {
  const { numbers, starts, ends, lines, rejects } = decoded;
  const { records, bytes } = size();
  if (numbers.length <= 2 * records && decoded.consumed <= 2 * bytes) {
    yield decoded;
    return;
  }
  const bytesBefore = decoded.position.bytes - decoded.consumed;
  let from = { record: 0, reject: 0, byte: 0 };
  for (;;) {
    const most = size();
    let to = from.record + 1;
    while (to < numbers.length && to - from.record < most.records && (ends[to] as number) - from.byte <= most.bytes)
      to++;
    const isLast = to >= numbers.length;
    let reject = from.reject;
    const next = numbers[to] as number;
    while (reject < rejects.length && (isLast || (rejects[reject] as { number: number }).number < next)) reject++;
    const byte = isLast ? decoded.consumed : (starts[to] as number);
    const position = { bytes: bytesBefore + byte, lines: (lines[to] as number) - 1, records: next - 1 };
    yield {
      consumed: byte - from.byte,
      texts: decoded.texts.slice(from.record, to),
      objects: decoded.objects.slice(from.record, to),
      numbers: numbers.slice(from.record, to),
      lines: lines.slice(from.record, to),
      starts: starts.slice(from.record, to),
      ends: ends.slice(from.record, to),
      rejects: rejects.slice(from.reject, reject),
      columns: decoded.columns,
      position: isLast ? decoded.position : position,
      buffer: decoded.buffer,
    };
    if (isLast) return;
    from = { record: to, reject, byte };
  }
}
