import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
// C0 and C1 controls, and the marks that reverse the reading direction: a file's name must not drive the terminal.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** `text` on one line, with everything that would control the terminal spelled out: `\x1b`, `\n`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Columns that `text` takes on a terminal; wide characters take two, colours none. */
export function width(text: string): number {
  return stringWidth(text);
}

/** `text` (without colours) in at most `columns` columns; what was cut off is shown as `…`. */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let taken = 1;
  for (const { segment } of graphemes.segment(text)) {
    taken += width(segment);
    if (taken > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` filled up with spaces to `columns`. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return align === 'left' ? text + space : space + text;
}
