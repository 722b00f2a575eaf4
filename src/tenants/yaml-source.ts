import type { Document, Node, Pair } from 'yaml';
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { didYouMean } from '../foundation/suggestions.ts';
import type { Diagnostic, Span } from './diagnostics.ts';
import { fileStart } from './diagnostics.ts';
import { farDeeperThan } from './yaml-depth.ts';

/** Names and indices from the root of a YAML file to a value in it. */
export type YamlPath = readonly PropertyKey[];

/** Levels of maps and lists; profiles have six. */
const maxDepth = 50;
/** How often anchors may be repeated in all; more is a file that is made to explode. */
const maxAliases = 100;
/** Diagnostics a file gives at most; thousands of them help nobody. */
const maxDiagnostics = 100;

export interface Finding {
  code: string;
  message: string;
  severity?: 'error' | 'warning';
  suggestion?: string | undefined;
}

/** A YAML file as a value, with the way back from a path in the value to a place in the file. Never throws on bad input. */
export class YamlSource {
  readonly file: string;
  /** Empty when the file is no text, or too long. */
  readonly text: string;
  /** Undefined when the file cannot be understood at all; `diagnostics` then says why. */
  readonly value: unknown;
  readonly diagnostics: Diagnostic[] = [];
  readonly #document: Document | undefined;
  readonly #lines = new LineCounter();

  /**
   * @param file as diagnostics name it
   * @param maxBytes a longer file is not parsed: that takes about a second for each megabyte
   */
  constructor(file: string, bytes: Uint8Array, maxBytes: number) {
    this.file = file;
    const text = this.#decode(bytes, maxBytes);
    this.text = text ?? '';
    if (text === undefined) return;
    const tooDeep = farDeeperThan(maxDepth, text);
    if (tooDeep !== undefined) {
      this.#reportSpan(spanAt(text, tooDeep), nestsTooDeep);
      return;
    }
    const options = { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false } as const;
    const document = parseDocument(text, options);
    for (const [severity, problems] of [
      ['error', document.errors],
      ['warning', document.warnings],
    ] as const) {
      for (const { message, pos } of problems) {
        this.#reportSpan(this.#span(pos[0], pos[1]), { code: 'YAML_SYNTAX', message, severity });
      }
    }
    if (document.errors.length > 0) return;
    this.#document = document;
    if (!this.#checkKeys(document) || !this.#checkAliases(document)) return;
    try {
      this.value = document.toJS({ maxAliasCount: maxAliases }) as unknown;
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      this.#reportSpan(fileStart, {
        code: 'TOO_MANY_ALIASES',
        message: `aliases (*name) repeat anchors more than ${maxAliases} times; write the values out`,
      });
    }
  }

  /** Whether no more problems are taken. */
  get full(): boolean {
    return this.diagnostics.length > maxDiagnostics;
  }

  /** Reports a problem with the value at `path`, or with the key that leads to it. */
  report(path: YamlPath, part: 'key' | 'value', finding: Finding): void {
    if (this.full) return;
    this.#reportSpan(
      this.locate(path, part),
      finding,
      path.map((step) => (typeof step === 'number' ? step : String(step))),
    );
  }

  /** The keys of the map at `path`, right or wrong; undefined when there is no map. */
  keysAt(path: YamlPath): string[] | undefined {
    const value = valueAt(this.value, path);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined;
  }

  /** The place of the value at `path` or of its key; when it is not in the file, that of the nearest key above it. */
  locate(path: YamlPath, part: 'key' | 'value' = 'value'): Span {
    let node: unknown = this.#document?.contents;
    let place: unknown = node;
    for (const [index, step] of path.entries()) {
      const pair = pairOf(node, step);
      const child = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
      const last = index === path.length - 1;
      if (pair && (!last || part === 'key' || isEmpty(child))) place = pair.key;
      else if (child !== undefined) place = child;
      else return this.#spanOf(place);
      node = child;
    }
    if (part === 'value' && path.length > 0 && !isEmpty(node)) place = node;
    return this.#spanOf(place);
  }

  #spanOf(node: unknown): Span {
    const range = isNode(node) ? node.range : undefined;
    return range ? this.#span(range[0], range[1]) : fileStart;
  }

  #span(from: number, to: number): Span {
    const start = this.#lines.linePos(from);
    const end = this.#lines.linePos(Math.max(from, to));
    return {
      line: Math.max(1, start.line),
      column: Math.max(1, start.col),
      endLine: Math.max(1, end.line),
      endColumn: Math.max(1, end.col),
    };
  }

  #reportSpan(
    span: Span,
    { code, message, severity = 'error', suggestion }: Finding,
    path?: (string | number)[],
  ): void {
    if (this.full) return;
    const full = this.diagnostics.length === maxDiagnostics;
    this.diagnostics.push({
      file: this.file,
      ...span,
      severity: full ? 'error' : severity,
      code: full ? 'TOO_MANY_PROBLEMS' : code,
      message: full ? `more than ${maxDiagnostics} problems; the rest is not shown` : message,
      ...(suggestion === undefined || full ? {} : { suggestion }),
      ...(path === undefined || full ? {} : { path }),
    });
  }

  #decode(bytes: Uint8Array, maxBytes: number): string | undefined {
    if (bytes.length > maxBytes) {
      const message = `the file has more than the ${maxBytes} bytes that are read`;
      this.#reportSpan(fileStart, { code: 'FILE_TOO_LARGE', message });
      return undefined;
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      const line = firstUndecodableLine(bytes);
      const message = 'the file is not UTF-8 text; save it with the encoding UTF-8';
      this.#reportSpan({ line, column: 1, endLine: line, endColumn: 1 }, { code: 'NOT_UTF8', message });
      return undefined;
    }
  }

  /** Own check of duplicates, because the one of the parser compares every key with every other. False: nests too deeply. */
  #checkKeys(document: Document): boolean {
    const before = this.diagnostics.length;
    visit(document, {
      Collection: (_, node, path) => {
        // A pair between each map and its value, and the document before all.
        if (path.filter((one) => !isPair(one)).length <= maxDepth) return undefined;
        this.#reportSpan(this.#spanOf(node), nestsTooDeep);
        return visit.BREAK;
      },
    });
    if (this.diagnostics.length > before) return false;
    visit(document, {
      Map: (_, map) => {
        const seen = new Map<string, unknown>();
        for (const { key } of map.items) {
          if (!isScalar(key)) {
            const message = 'a key must be a plain text, not a list or a map';
            this.#reportSpan(this.#spanOf(key), { code: 'INVALID_KEY', message });
            continue;
          }
          const name = String(key.value);
          const first = seen.get(name);
          if (first === undefined) seen.set(name, key);
          else {
            const message = `\`${name}\` appears twice; it is first on line ${this.#spanOf(first).line}`;
            this.#reportSpan(this.#spanOf(key), { code: 'DUPLICATE_KEY', message });
          }
        }
      },
    });
    return true;
  }

  /** False: an alias repeats an anchor that is not there, so the file has no value. */
  #checkAliases(document: Document): boolean {
    const before = this.diagnostics.length;
    const anchors = new Set<string>();
    visit(document, {
      Alias: (_, alias) => {
        if (anchors.has(alias.source)) return;
        const message = `there is no anchor &${alias.source} in front of the alias *${alias.source}`;
        const suggestion = didYouMean(alias.source, [...anchors]);
        this.#reportSpan(this.#spanOf(alias), { code: 'UNKNOWN_ANCHOR', message, suggestion });
      },
      Value: (_, node) => {
        if (node.anchor !== undefined) anchors.add(node.anchor);
      },
    });
    return this.diagnostics.length === before;
  }
}

/** The value at `path` below `root`, or undefined. */
export function valueAt(root: unknown, path: YamlPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** The last pair with that name, which is the one whose value counts. */
function pairOf(node: unknown, step: PropertyKey): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.findLast((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
}

/** Nothing written: such a value has no place of its own to point at. */
function isEmpty(node: unknown): boolean {
  if (node === undefined || node === null) return true;
  return !isAlias(node) && isScalar(node) && node.value === null && hasNoText(node);
}

function hasNoText(node: Node): boolean {
  return !node.range || node.range[0] === node.range[1];
}

const nestsTooDeep: Finding = { code: 'TOO_DEEP', message: `nests more than ${maxDepth} deep` };

/** The place of one character. */
function spanAt(text: string, offset: number): Span {
  const lines = text.slice(0, offset).split('\n');
  const [line, column] = [lines.length, (lines.at(-1) ?? '').length + 1];
  return { line, column, endLine: line, endColumn: column + 1 };
}

function firstUndecodableLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const newline = bytes.indexOf(10, from);
    const to = newline === -1 ? bytes.length : newline;
    try {
      decoder.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to + 1;
  }
  return line;
}
