import type { Document, Pair } from 'yaml';
import { isMap, isNode, isScalar, isSeq, parseDocument, stringify } from 'yaml';
import { farDeeperThan } from '../yaml-depth.ts';
import type { YamlPath } from '../yaml-source.ts';

/** Names and indices from the root of a file. */
export type FilePath = (string | number)[];

/** A stretch of a text, as offsets in UTF-16 units; the end is exclusive. */
export interface Stretch {
  from: number;
  to: number;
}

/** What stands at an offset. */
export interface Place extends Stretch {
  path: FilePath;
  part: 'key' | 'value';
}

/** How often anchors may be repeated in all. */
const maxAliases = 100;
/** Deeper than any profile. */
const maxDepth = 50;

/** A YAML text with places, as far as it can be understood: also while it is being typed and not sound. */
export class YamlTree {
  readonly text: string;
  /** Whether it is YAML, and nests no deeper than the parser can go. */
  readonly sound: boolean;
  readonly #document: Document;

  constructor(text: string) {
    this.text = text;
    const tooDeep = farDeeperThan(maxDepth, text) !== undefined;
    const options = { prettyErrors: false, logLevel: 'silent', uniqueKeys: false } as const;
    this.#document = parseDocument(tooDeep ? '' : text, options);
    this.sound = !tooDeep && this.#document.errors.length === 0;
  }

  /** The values of the text; undefined where they cannot be told. */
  get value(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: maxAliases }) as unknown;
    } catch {
      // An alias without its anchor, too many aliases, or nesting that overflows.
      return undefined;
    }
  }

  /** The node at `path`, or null for a key without a value; undefined when nothing is there. */
  nodeAt(path: YamlPath): unknown {
    let node: unknown = this.#document.contents;
    for (const step of path) {
      const pair = pairOf(node, step);
      if (pair) node = pair.value;
      else if (isSeq(node)) node = node.items[Number(step)];
      else return undefined;
    }
    return node;
  }

  /** The key and value at `path`. */
  pairAt(path: YamlPath): Pair | undefined {
    const last = path.at(-1);
    return last === undefined ? undefined : pairOf(this.nodeAt(path.slice(0, -1)), last);
  }

  /** The innermost key or scalar that `offset` is in or at the end of. */
  placeAt(offset: number): Place | undefined {
    let found: Place | undefined;
    this.#visit(({ place }) => {
      if (place.from <= offset && offset <= place.to) found = place;
      return found !== undefined;
    });
    return found;
  }

  /** The key or scalar with exactly that text. */
  placeOf(scalar: string): Place | undefined {
    let found: Place | undefined;
    this.#visit(({ place, value }) => {
      if (value === scalar) found = place;
      return found !== undefined;
    });
    return found;
  }

  /** Visits keys and scalars in their order until `stop` says so. */
  #visit(stop: (scalar: { place: Place; value: unknown }) => boolean): void {
    const visitNode = (node: unknown, path: FilePath, part: Place['part']): boolean => {
      if (path.length > maxDepth) return false;
      if (isScalar(node)) {
        const [from, to] = node.range ?? [0, 0];
        return stop({ place: { path, part, from, to }, value: node.value });
      }
      if (isMap(node))
        return node.items.some(({ key, value }) => {
          const below = [...path, isScalar(key) ? String(key.value) : ''];
          return visitNode(key, below, 'key') || visitNode(value, below, 'value');
        });
      return isSeq(node) && node.items.some((item, index) => visitNode(item, [...path, index], 'value'));
    };
    visitNode(this.#document.contents, [], 'value');
  }
}

/** The range of a node without the white space behind it. */
export function stretchOf(text: string, node: unknown): Stretch | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [from, end] = node.range;
  return { from, to: from + text.slice(from, end).trimEnd().length };
}

/** A text as a YAML scalar, quoted only where it has to be. */
export function yamlScalar(text: string, flow: boolean): string {
  // A tab is YAML between any quotes, but seen only between double ones.
  if (/\p{Cc}/u.test(text)) return JSON.stringify(text);
  const options = { lineWidth: 0, singleQuote: true } as const;
  if (!flow) return stringify(text, options).trimEnd();
  return stringify([text], { ...options, collectionStyle: 'flow' })
    .trim()
    .replace(/^\[\s*/, '')
    .replace(/\s*\]$/, '');
}

/** Whether `path` is as `pattern` says, part by part: `#` is an index, `*` any name. */
export function matches(path: YamlPath, pattern: string): boolean {
  const parts = pattern === '' ? [] : pattern.split('.');
  return (
    parts.length === path.length &&
    parts.every((part, index) => {
      const step = path[index];
      if (part === '#') return typeof step === 'number';
      return part === '*' ? typeof step === 'string' : part === step;
    })
  );
}

function pairOf(node: unknown, step: PropertyKey): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(step));
}
