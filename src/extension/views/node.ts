import type * as vscode from 'vscode';
import type { Target } from '../commands/choose.ts';

/** One line of a tree view, as data. */
export interface Node {
  /** Unique in its tree, and the same as long as it is about the same thing. */
  id: string;
  label: string;
  description?: string;
  /** A codicon, and its colour of the theme. */
  icon?: string;
  color?: string;
  /** Markdown; made when it is asked for. */
  tooltip?: string | (() => string);
  /** For `when` clauses of menus: `tenant.enabled`. */
  context?: string;
  /** What is below it, out of what is known; asked for at each look while it is open. Absent, and `load` as well: a leaf. */
  children?: () => readonly Node[];
  /** What is below it, where that has to be read from somewhere. */
  load?: {
    /** What is read depends on this: it is read again when it has changed, though not at once each time. */
    version: string;
    read: () => Promise<readonly Node[]>;
  };
  expanded?: boolean;
  /** What a click does. */
  command?: { command: string; title: string; arguments?: unknown[] };
  /** What commands from its menus are about. */
  target?: Target;
  resource?: vscode.Uri;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'id' in value && 'label' in value;
}
