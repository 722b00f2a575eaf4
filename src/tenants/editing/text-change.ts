import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq } from 'yaml';
import { columnOf, endOfLastLine, eolOf, splice } from '../text-edits.ts';
import type { FilePath, Stretch } from './yaml-tree.ts';
import { stretchOf, YamlTree } from './yaml-tree.ts';

/** A change of a text: what stands there is replaced, all else stays as it is to the byte. */
export interface TextChange extends Stretch {
  insert: string;
}

/** A value for the file, and as what it is written: `lines` below a key, or `flow` on one line. */
export interface NewValue {
  value: unknown;
  flow: string;
  /** Without, `flow` is used everywhere. The first line stands right behind the key's colon. */
  block?: readonly string[];
}

/**
 * Puts a key with its value at the end of the map at `path`; undefined where that cannot be done without touching anything
 * else, as in a map that is an alias.
 */
export function keyAdded(text: string, path: FilePath, key: string, added: NewValue): TextChange | undefined {
  const tree = new YamlTree(text);
  if (tree.pairAt([...path, key])) return undefined;
  const change = keyChange(tree, path, key, added);
  return change && verified(tree, change, [...path, key], added.value);
}

function keyChange(tree: YamlTree, path: FilePath, key: string, { flow, block }: NewValue): TextChange | undefined {
  const { text } = tree;
  const node = tree.nodeAt(path);
  const eol = eolOf(text);
  const lines = (indent: string) =>
    block === undefined ? `${indent}${key}: ${flow}` : `${indent}${key}:${block.join(`${eol}${indent}`)}`;
  if (isMap(node) && node.flow === true) {
    const last = stretchOf(text, node.items.at(-1)?.value) ?? stretchOf(text, node.items.at(-1)?.key);
    if (last) return { from: last.to, to: last.to, insert: `, ${key}: ${flow}` };
    const all = stretchOf(text, node);
    return all && { ...all, insert: `{ ${key}: ${flow} }` };
  }
  if (isMap(node) && isScalar(node.items[0]?.key) && node.range) {
    const indent = ' '.repeat(columnOf(text, node.items[0].key.range?.[0] ?? 0));
    return behind(text, node.range[1], lines(indent), eol);
  }
  const isEmpty = node === null || (isScalar(node) && node.value === null);
  if (!isEmpty) return undefined;
  if (path.length === 0) return behind(text, text.length, lines(''), eol);
  // A key without a value: its map begins on the next line.
  const owner = tree.pairAt(path)?.key;
  if (!isScalar(owner) || !owner.range || (isScalar(node) && (node.source ?? '') !== '')) return undefined;
  return behind(text, owner.range[1], lines(' '.repeat(columnOf(text, owner.range[0]) + 2)), eol);
}

/** Puts lines behind the line on which something ends. */
function behind(text: string, end: number, lines: string, eol: string): TextChange {
  const at = endOfLastLine(text, end);
  return { from: at, to: at, insert: text.slice(0, at).trim() === '' ? lines : eol + lines };
}

/** Replaces the value at `path`, a scalar or a list, by one on the same line. */
export function valueReplaced(text: string, path: FilePath, { value, flow }: NewValue): TextChange | undefined {
  const tree = new YamlTree(text);
  const node = tree.nodeAt(path);
  const stretch = isScalar(node) || isSeq(node) ? stretchOf(text, node) : undefined;
  if (!stretch) return undefined;
  // A list on lines of its own gives these up.
  const ownLines = isSeq(node) && node.flow !== true;
  const key = ownLines ? stretchOf(text, tree.pairAt(path)?.key) : undefined;
  const from = key ? text.indexOf(':', key.to) + 1 : stretch.from;
  if (ownLines && text.slice(from, stretch.to).includes('#')) return undefined;
  return verified(tree, { from, to: stretch.to, insert: key ? ` ${flow}` : flow }, path, value);
}

/** Renames the key at `path`. */
export function keyRenamed(text: string, path: FilePath, name: string): TextChange | undefined {
  const tree = new YamlTree(text);
  const stretch = stretchOf(text, tree.pairAt(path)?.key);
  if (!stretch) return undefined;
  const change = { ...stretch, insert: name };
  const renamed = new YamlTree(splice(text, change.from, change.to, name));
  const sound = renamed.sound && renamed.pairAt([...path.slice(0, -1), name]) !== undefined;
  return sound ? change : undefined;
}

/** The change, when the text then says what it said before, and `value` at `path`. */
function verified(tree: YamlTree, change: TextChange, path: FilePath, value: unknown): TextChange | undefined {
  if (!tree.sound) return undefined;
  const edited = new YamlTree(splice(tree.text, change.from, change.to, change.insert));
  if (!edited.sound) return undefined;
  return isDeepStrictEqual(edited.value, withValue(tree.value, path, value)) ? change : undefined;
}

function withValue(root: unknown, path: FilePath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root))
    return (root as unknown[]).map((item, index) => (index === step ? withValue(item, rest, value) : item));
  const map = typeof root === 'object' && root !== null ? (root as Record<string, unknown>) : {};
  return { ...map, [String(step)]: withValue(map[String(step)], rest, value) };
}
