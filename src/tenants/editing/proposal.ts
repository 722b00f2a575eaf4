import type { Stretch } from './yaml-tree.ts';

/** Something that can stand where a cursor is. */
export interface Proposal extends Stretch {
  label: string;
  kind: 'key' | 'value' | 'table' | 'column' | 'type' | 'file' | 'plan' | 'snippet';
  /** What replaces the stretch; in the syntax of snippets when `snippet`. */
  insert: string;
  snippet: boolean;
  /** One line beside the label. */
  detail?: string;
  /** Markdown. */
  documentation?: string;
  /** Smaller first; 0 unless told. */
  rank?: number;
  /** Whether the JSON Schema alone says so: any YAML support that knows the schema proposes it too. */
  structural: boolean;
  /** Whether more can be proposed behind it at once. */
  again?: boolean;
}

/** A text in the syntax of snippets. */
export function escaped(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** One of several texts to choose from, in the syntax of snippets. */
export function choice(stop: number, texts: readonly string[], otherwise: string): string {
  if (texts.length === 0) return `\${${stop}:${escaped(otherwise)}}`;
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return `\${${stop}:${escaped(only)}}`;
  return `\${${stop}|${texts.map((text) => text.replace(/[\\,|$}]/g, '\\$&')).join(',')}|}`;
}
