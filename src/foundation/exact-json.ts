import { isSafeNumber, parse as parseLossless } from 'lossless-json';

/** Sixteen digits and more may not fit a double: such texts are parsed so that no digit is lost. */
const longNumber = /\d{16}|\d[eE]/;

/** JSON.parse, but numbers that a double cannot hold exactly become texts, which a column's type converts. */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return parseLossless(text, undefined, {
    parseNumber: (digits) => (isSafeNumber(digits) ? Number(digits) : digits),
    // As JSON.parse has it.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}
