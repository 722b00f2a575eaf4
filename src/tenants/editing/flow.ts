/** What is around an offset of a YAML text, as far as braces, brackets, quotes and comments go. */
export interface FlowSurrounding {
  comment: boolean;
  /** The innermost brace or bracket that is open. */
  opener: '{' | '[' | undefined;
  /** Where the item of the list or map begins that the offset is in. */
  itemStart: number;
  /** Whether a key and its colon are in front, within the item. */
  afterColon: boolean;
}

/** Reads the text from its start to `offset`. */
export function flowAt(text: string, offset: number): FlowSurrounding {
  const open: { opener: '{' | '['; itemStart: number; afterColon: boolean }[] = [];
  let quote = '';
  let comment = false;
  /** Only there can a quote or a bracket open something. */
  let fresh = true;
  for (let at = 0; at < offset; at++) {
    const letter = text[at] ?? '';
    const innermost = open.at(-1);
    if (comment) {
      if (letter !== '\n') continue;
      comment = false;
      fresh = true;
      continue;
    }
    if (quote !== '') {
      if (quote === '"' && letter === '\\') at++;
      else if (letter === quote) quote = '';
      continue;
    }
    if (letter === '\n') fresh = true;
    else if (letter === ' ' || letter === '\t' || letter === '\r') continue;
    else if (letter === '#' && (at === 0 || /\s/.test(text[at - 1] ?? ''))) comment = true;
    else if (fresh && (letter === '"' || letter === "'")) {
      quote = letter;
      fresh = false;
    } else if (fresh && (letter === '{' || letter === '['))
      open.push({ opener: letter, itemStart: -1, afterColon: false });
    else if (innermost && (letter === '}' || letter === ']')) {
      open.pop();
      fresh = false;
    } else if (innermost && letter === ',') {
      innermost.itemStart = -1;
      innermost.afterColon = false;
      fresh = true;
    } else if (letter === ':' && /\s|^$/.test(text[at + 1] ?? '')) {
      if (innermost) Object.assign(innermost, { itemStart: -1, afterColon: true });
      fresh = true;
    } else if (letter === '-' && /\s/.test(text[at + 1] ?? '') && fresh) fresh = true;
    else fresh = false;
    const now = open.at(-1);
    if (now?.itemStart === -1 && now === innermost && !/[,:]/.test(letter)) now.itemStart = at;
  }
  const now = open.at(-1);
  return {
    comment,
    opener: now?.opener,
    itemStart: now === undefined || now.itemStart === -1 ? offset : now.itemStart,
    afterColon: now?.afterColon ?? false,
  };
}
