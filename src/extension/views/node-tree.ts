import * as vscode from 'vscode';
import type { Node } from './node.ts';
import { areSame, succeed, type ShownNode } from './shown-node.ts';

interface NodeTreeOptions {
  collapseAll?: boolean;
  /** What has to be read is read again so often at most, in ms. */
  loadEveryMs?: number;
}

/**
 * A tree view of nodes that are made anew at each change. Only what looks different is drawn again, and only what is open is
 * looked at, so that a thousand tenants stay fluid while some of them work.
 */
export class NodeTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly view: vscode.TreeView<Node>;
  readonly #roots: () => readonly Node[];
  readonly #loadEveryMs: number;
  readonly #changes = new vscode.EventEmitter<Node[] | undefined>();
  #shown: readonly ShownNode[] = [];
  /** By the object that the editor holds. */
  readonly #known = new WeakMap<Node, ShownNode>();
  /** For what was left as it is because it was read a moment ago. */
  #later: NodeJS.Timeout | undefined;

  constructor(
    id: string,
    roots: () => readonly Node[],
    { collapseAll = false, loadEveryMs = 5000 }: NodeTreeOptions = {},
  ) {
    this.#roots = roots;
    this.#loadEveryMs = loadEveryMs;
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, showCollapseAll: collapseAll });
    this.view.onDidChangeVisibility(({ visible }) => {
      if (visible) this.refresh();
    });
    this.view.onDidCollapseElement(({ element }) => this.#known.get(element)?.close());
    this.view.onDidExpandElement(({ element }) => this.#opened(element));
  }

  get onDidChangeTreeData(): vscode.Event<Node[] | undefined> {
    return this.#changes.event;
  }

  /** Something may look different now. */
  refresh(): void {
    if (!this.view.visible) return;
    const roots = this.#roots();
    if (!areSame(this.#shown, roots)) {
      this.#changes.fire(undefined);
      return;
    }
    const changed: Node[] = [];
    this.#compare(this.#shown, roots, changed);
    if (changed.length > 0) this.#changes.fire(changed);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      this.#shown = this.#remember(this.#shown, this.#roots());
      return this.#shown.map((shown) => shown.node);
    }
    const shown = this.#known.get(node);
    if (!shown) return [];
    shown.open = true;
    const children = node.load
      ? await this.#loaded(shown, node.load)
      : this.#remember(shown.children ?? [], node.children?.() ?? []);
    shown.children = children;
    return children.map((child) => child.node);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const state =
      !node.children && !node.load
        ? vscode.TreeItemCollapsibleState.None
        : node.expanded
          ? vscode.TreeItemCollapsibleState.Expanded
          : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(node.label, state);
    item.id = node.id;
    if (node.description !== undefined) item.description = node.description;
    if (node.icon !== undefined) {
      item.iconPath = new vscode.ThemeIcon(node.icon, node.color ? new vscode.ThemeColor(node.color) : undefined);
    }
    if (node.context !== undefined) item.contextValue = node.context;
    if (node.command) item.command = node.command;
    if (node.resource) item.resourceUri = node.resource;
    if (typeof node.tooltip === 'string') item.tooltip = markdown(node.tooltip);
    item.accessibilityInformation = { label: [node.label, node.description].filter(Boolean).join(', ') };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    if (typeof node.tooltip === 'function') item.tooltip = markdown(node.tooltip());
    return item;
  }

  dispose(): void {
    clearTimeout(this.#later);
    this.view.dispose();
    this.#changes.dispose();
  }

  /** The editor shows again what it had below a node, without asking. */
  #opened(node: Node): void {
    const shown = this.#known.get(node);
    if (!shown) return;
    shown.open = true;
    const changed: Node[] = [];
    if (!this.#compareBelow(shown, changed)) changed.push(node);
    if (changed.length > 0) this.#changes.fire(changed);
  }

  /** Gathers the topmost nodes that have to be drawn again: the editor asks for what is open below them by itself. */
  #compare(shown: readonly ShownNode[], newer: readonly Node[], changed: Node[]): void {
    for (const [index, node] of newer.entries()) {
      const one = shown[index];
      if (!one) continue;
      if (one.become(node) || !this.#compareBelow(one, changed)) changed.push(one.node);
    }
  }

  /** @returns false when there are other nodes below it now */
  #compareBelow(shown: ShownNode, changed: Node[]): boolean {
    const { open, children, loaded, node } = shown;
    if (!open) return true;
    if (node.load) return loaded ? this.#isFresh(loaded, node.load.version) : !children;
    if (!children) return true;
    const newer = node.children?.() ?? [];
    if (!areSame(children, newer)) return false;
    this.#compare(children, newer, changed);
    return true;
  }

  #loaded(shown: ShownNode, { version, read }: NonNullable<Node['load']>): Promise<readonly ShownNode[]> {
    if (shown.loaded && this.#isFresh(shown.loaded, version)) return shown.loaded.children;
    const children = read().then((nodes) => this.#remember(shown.children ?? [], nodes));
    const loaded: ShownNode['loaded'] = { version, at: performance.now(), children };
    shown.loaded = loaded;
    children.catch(() => {
      loaded.version = undefined;
      this.#lookLater(this.#loadEveryMs);
    });
    return children;
  }

  /** Whether what was read will do: it is of this version, or so new that a newer one can wait, which is looked at later. */
  #isFresh(loaded: NonNullable<ShownNode['loaded']>, version: string): boolean {
    if (loaded.version === version) return true;
    const wait = loaded.at + this.#loadEveryMs - performance.now();
    if (wait <= 0) return false;
    this.#lookLater(wait);
    return true;
  }

  #lookLater(milliseconds: number): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.refresh();
    }, milliseconds);
  }

  #remember(before: readonly ShownNode[], nodes: readonly Node[]): readonly ShownNode[] {
    const shown = succeed(before, nodes);
    for (const one of shown) this.#known.set(one.node, one);
    return shown;
  }
}

function markdown(text: string): vscode.MarkdownString {
  const result = new vscode.MarkdownString(text, true);
  result.supportHtml = false;
  return result;
}
