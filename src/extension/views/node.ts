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
  /** Absent: a leaf. */
  children?: () => readonly Node[] | Promise<readonly Node[]>;
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
