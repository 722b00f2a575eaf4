import type { TextEncodingName } from '../../protocol/formats.ts';

/**
 * Turns bytes of the declared encoding into UTF-8. What cannot be decoded becomes bytes that are not valid UTF-8 (never
 * U+FFFD), so that the decoder finds it and the record goes to quarantine.
 */
export function transcode(bytes: AsyncIterable<Buffer>, encoding: TextEncodingName): AsyncIterable<Buffer> {
  switch (encoding) {
    case 'utf-8':
      return bytes;
    case 'latin1':
      return latin1ToUtf8(bytes);
    case 'utf-16le':
      return utf16ToUtf8(bytes);
  }
}

async function* latin1ToUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk.toString('latin1'), 'utf8');
}

const invalidByte = Buffer.from([0xff]);
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

async function* utf16ToUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // An odd byte, or a high surrogate whose other half is in the next chunk.
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const joined = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let whole = joined.length - (joined.length % 2);
    if (whole >= 2 && ((joined[whole - 1] as number) & 0xfc) === 0xd8) whole -= 2;
    rest = Buffer.from(joined.subarray(whole));
    yield toUtf8(joined.subarray(0, whole));
  }
  if (rest.length > 0) yield invalidByte;
}

function toUtf8(bytes: Buffer): Buffer {
  const text = bytes.toString('utf16le');
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(loneSurrogate)) {
    parts.push(Buffer.from(text.slice(from, match.index), 'utf8'), invalidByte);
    from = match.index + 1;
  }
  parts.push(Buffer.from(text.slice(from), 'utf8'));
  return Buffer.concat(parts);
}
