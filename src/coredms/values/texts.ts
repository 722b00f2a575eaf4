import { converter, invalid, Unconvertible, wrongType, type Converter } from './conversion.ts';

/** `isWellFormed` is in Node 20 but only in the library types of ES2024. */
interface Utf16 {
  isWellFormed(): boolean;
}

function notText(input: unknown): Unconvertible {
  return wrongType(input, 'text', 'make it a string, like String(value)');
}

/** Any string that has a UTF-8 form. */
export const textConverter: Converter = converter((text) => {
  if ((text as unknown as Utf16).isWellFormed()) return text;
  return new Unconvertible('INVALID_VALUE', 'the text contains half of a surrogate pair, which has no UTF-8 form');
}, notText);

const ascii = /^[\0-\x7f]*$/;

export const asciiConverter: Converter = converter((text) => {
  if (ascii.test(text)) return text;
  const at = text.search(/[^\0-\x7f]/);
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return new Unconvertible('INVALID_VALUE', `character ${at + 1} of the text is U+${code}, which is not ASCII`);
}, notText);

const booleans = new Map<string, boolean>();
for (const word of ['true', 'yes', 't', 'y', '1']) booleans.set(word, true);
for (const word of ['false', 'no', 'f', 'n', '0']) booleans.set(word, false);

/** true/false, yes/no, t/f, y/n, 1/0 in any case. */
export const booleanConverter: Converter = converter(
  (text) => booleans.get(text) ?? booleans.get(text.toLowerCase()) ?? invalid(text, 'a boolean (true or false)'),
  (input) => {
    if (typeof input === 'boolean') return input;
    if (input === 0 || input === 1) return input === 1;
    return wrongType(input, 'a boolean', 'give true or false');
  },
);
