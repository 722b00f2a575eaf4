import { Transform } from 'node:stream';
import type { TextEncodingName } from '../../protocol/formats.ts';

/**
 * A stage that turns bytes of the declared encoding into UTF-8, or null where they already are. What cannot be decoded
 * becomes bytes that are not valid UTF-8 (never U+FFFD), so that the decoder finds it and the record goes to quarantine.
 */
export function transcodeFrom(encoding: TextEncodingName): Transform | null {
  switch (encoding) {
    case 'utf-8':
      return null;
    case 'latin1':
      return new Transform({
        transform(chunk: Buffer, _, done) {
          done(null, Buffer.from(chunk.toString('latin1'), 'utf8'));
        },
      });
    case 'utf-16le':
      return new Utf16ToUtf8();
  }
}

const invalidByte = Buffer.from([0xff]);
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

class Utf16ToUtf8 extends Transform {
  /** An odd byte, or a high surrogate whose other half is in the next chunk. */
  #rest: Buffer = Buffer.alloc(0);

  override _transform(chunk: Buffer, _: string, done: (error: null, data: Buffer) => void): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let whole = bytes.length - (bytes.length % 2);
    if (whole >= 2 && ((bytes[whole - 1] as number) & 0xfc) === 0xd8) whole -= 2;
    this.#rest = Buffer.from(bytes.subarray(whole));
    done(null, toUtf8(bytes.subarray(0, whole)));
  }

  override _flush(done: (error: null, data: Buffer) => void): void {
    done(null, this.#rest.length > 0 ? invalidByte : Buffer.alloc(0));
  }
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
