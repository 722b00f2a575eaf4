import { isIP } from 'node:net';
import type { Unconvertible } from './conversion.ts';
import { converter, invalid, wrongType, type Converter, type CqlValue } from './conversion.ts';

const uuidForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const uuidExample = 'a uuid like 123e4567-e89b-42d3-a456-426614174000';

function notString(wanted: string): Converter {
  return (input) => wrongType(input, wanted, 'give a string');
}

export const uuidConverter: Converter = converter(
  (text) => (uuidForm.test(text) ? text.toLowerCase() : invalid(text, uuidExample)),
  notString('a uuid'),
);

/** A UUID of version 1. */
export const timeuuidConverter: Converter = converter((text) => {
  if (!uuidForm.test(text)) return invalid(text, uuidExample);
  const version = text.charAt(14);
  return version === '1' ? text.toLowerCase() : invalid(text, `a timeuuid: it has version ${version}, not 1`);
}, notString('a timeuuid'));

/** IPv4 or IPv6; an IPv4 address mapped into IPv6 is that IPv4 address, as in Cassandra. No zone, no port, no mask. */
export const inetConverter: Converter = converter((text) => {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 0) return invalid(text, 'an IP address');
  if (version === 4) return text;
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(canonical);
  if (!mapped) return canonical;
  const [high, low] = [parseInt(mapped[1] ?? '', 16), parseInt(mapped[2] ?? '', 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}, notString('an IP address'));

const hexForm = /^0x(?:[\da-f]{2})*$/i;

function copied(bytes: Uint8Array): Uint8Array {
  // A Buffer can be a view of a large pool, which structured cloning would carry along whole.
  return new Uint8Array(bytes);
}

/** `0x…` with two hexadecimal digits a byte, or bytes. */
export const blobConverter: Converter = converter(
  (text): CqlValue | Unconvertible =>
    hexForm.test(text) ? copied(Buffer.from(text.slice(2), 'hex')) : invalid(text, 'a blob like 0xcafe'),
  (input) => {
    if (input instanceof Uint8Array) return copied(input);
    if (input instanceof ArrayBuffer) return copied(new Uint8Array(input));
    return wrongType(input, 'a blob', 'give a Uint8Array or a string like 0xcafe');
  },
);
