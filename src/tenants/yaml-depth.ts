import { Lexer } from 'yaml';

/** The next token is the text of a value. */
const scalarFollows = '\x1f';
/** Take no room in the file: the beginning of a document, the end of a broken flow collection. */
const marks: ReadonlySet<string> = new Set(['\x02', '\x18', scalarFollows]);

/**
 * Where a YAML file passes so many `levels` that goes down to twice as many, as an offset; undefined for any other. Looks at the
 * tokens only, and counts rather too much: each level has an indent of its own, or a mark. The parser goes down with a file that
 * nests by the thousand, at another place each time, and may take the process with it.
 */
export function farDeeperThan(levels: number, text: string): number | undefined {
  const indents: number[] = [];
  let passedAt: number | undefined;
  let [offset, indent, flow, marksInLine] = [0, 0, 0, 0];
  let [isLineStart, isScalar] = [true, false];
  for (const token of new Lexer().lex(text)) {
    const isBlank = !isScalar && /^[ \t\r\n]*$/.test(token);
    if (!isScalar && marks.has(token)) {
      isScalar = token === scalarFollows;
      continue;
    }
    if (isBlank) {
      if (token.endsWith('\n')) [isLineStart, indent, marksInLine] = [true, 0, 0];
      else if (isLineStart) indent = token.length;
    } else {
      if (isLineStart) {
        while (indents.length > 0 && (indents.at(-1) ?? 0) >= indent) indents.pop();
        indents.push(indent);
        isLineStart = false;
      }
      if (!isScalar && (token === '[' || token === '{')) flow++;
      if (!isScalar && (token === ']' || token === '}')) flow = Math.max(0, flow - 1);
      if (!isScalar && (token === '-' || token === '?')) marksInLine++;
      const depth = indents.length + flow + marksInLine;
      passedAt = depth > levels ? (passedAt ?? offset) : undefined;
      if (depth > 2 * levels) return passedAt;
    }
    isScalar = false;
    offset += token.length;
  }
  return undefined;
}
