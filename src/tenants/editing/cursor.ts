import { columnOf, splice, startOfLine } from '../text-edits.ts';
import { flowAt } from './flow.ts';
import type { FilePath, Stretch } from './yaml-tree.ts';
import { YamlTree } from './yaml-tree.ts';

/** What is being typed in a YAML file: a key of the map at `path`, or the value at `path`. */
export interface Cursor extends Stretch {
  kind: 'key' | 'value';
  path: FilePath;
  /** What of it is there already, up to the cursor. */
  typed: string;
  /** The values of the file without what is being typed. */
  value: unknown;
  /** Whether it is inside of braces or brackets. */
  flow: boolean;
  /** Whether a colon follows already. */
  hasColon: boolean;
  /** Columns in front of what is typed. */
  column: number;
  /** Whether a dash is in front of it on its line. */
  afterDash: boolean;
}

const mark = 'a_word_that_no_profile_has';

/**
 * Where completion is asked for; undefined in comments and where nothing can be told. The text is parsed with a word of its
 * own in place of what is being typed, so the library says where that belongs.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const lineStart = startOfLine(text, offset);
  const before = text.slice(lineStart, offset);
  const lineEnd = /\r?\n|$/g;
  lineEnd.lastIndex = offset;
  const rest = text.slice(offset, lineEnd.exec(text)?.index);
  const surrounding = flowAt(text, offset);
  if (surrounding.comment) return undefined;
  const flow = surrounding.opener !== undefined;
  const dashes = /^\s*(?:-\s+)*/.exec(before)?.[0] ?? '';
  const [, keyPart] = /^((?:"[^"]*"|'[^']*'|[^\s'"#[\]{}][^#]*?)\s*:\s+)/.exec(before.slice(dashes.length)) ?? [];
  const from = flow ? surrounding.itemStart : lineStart + dashes.length + (keyPart?.length ?? 0);
  if (from > offset) return undefined;
  const kind = flow
    ? surrounding.opener === '{' && !surrounding.afterColon
      ? 'key'
      : 'value'
    : keyPart === undefined
      ? 'key'
      : 'value';
  const token = (flow ? /^[^,:\]}\n#]*/ : /^(?:[^:#]|:(?=\S)|#)*/).exec(rest)?.[0].replace(/\s+#.*$/, '') ?? '';
  const to = offset + token.trimEnd().length;
  const hasColon = kind === 'key' && /^[ \t]*:/.test(text.slice(to, to + 100));
  const inserted = kind === 'key' && !hasColon ? `${mark}: ` : mark;
  const tree = new YamlTree(splice(text, from, to, inserted));
  const place = tree.placeOf(mark);
  if (!place) return undefined;
  const path = place.part === 'key' ? place.path.slice(0, -1) : place.path;
  return {
    kind: place.part,
    path,
    from,
    to,
    typed: text.slice(from, offset),
    value: without(tree.value, place.path),
    flow,
    hasColon,
    column: columnOf(text, from),
    afterDash: !flow && dashes.includes('-'),
  };
}

function without(root: unknown, path: FilePath): unknown {
  let parent = root;
  for (const step of path.slice(0, -1)) parent = (parent as Record<string | number, unknown> | undefined)?.[step];
  const last = path.at(-1);
  if (last === undefined) return undefined;
  if (Array.isArray(parent)) parent[Number(last)] = undefined;
  else if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, last);
  return root;
}
