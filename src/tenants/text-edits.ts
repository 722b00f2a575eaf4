// Places in a text and changes of it; offsets count UTF-16 units from its start.

/** The text with what stands from `from` to `to` replaced. */
export function splice(text: string, from: number, to: number, insert: string): string {
  return text.slice(0, from) + insert + text.slice(to);
}

/** The line end that the text is written with. */
export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Where the line begins that `offset` is in. */
export function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Letters between the start of the line and `offset`. */
export function columnOf(text: string, offset: number): number {
  return offset - startOfLine(text, offset);
}

/** The end of the line on which what ends before `offset` has its last letter, without its line break. */
export function endOfLastLine(text: string, offset: number): number {
  const lastLetter = text.slice(0, offset).trimEnd().length;
  const newline = text.indexOf('\n', lastLetter);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' ? newline - 1 : newline;
}
