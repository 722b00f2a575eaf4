import * as vscode from 'vscode';
import type { Node } from './node.ts';

/**
 * A tree view of nodes that are made anew at each change; only what looks different is drawn again, so that a thousand
 * tenants stay fluid while some of them work.
 */
export class NodeTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly view: vscode.TreeView<Node>;
  readonly #roots: () => readonly Node[];
  readonly #changes = new vscode.EventEmitter<Node[] | undefined>();
  /** The nodes that the editor knows, by id: it holds on to the objects. */
  readonly #shown = new Map<string, { node: Node; looks: string }>();
  /** Nodes whose children are shown. */
  readonly #open = new Set<string>();
  #rootIds = '';

  constructor(id: string, roots: () => readonly Node[], options: { collapseAll?: boolean } = {}) {
    this.#roots = roots;
    this.view = vscode.window.createTreeView(id, {
      treeDataProvider: this,
      showCollapseAll: options.collapseAll ?? false,
    });
    this.view.onDidChangeVisibility(({ visible }) => {
      if (visible) this.refresh();
    });
    this.view.onDidCollapseElement(({ element }) => this.#open.delete(element.id));
  }

  get onDidChangeTreeData(): vscode.Event<Node[] | undefined> {
    return this.#changes.event;
  }

  /** Something may look different now. */
  refresh(): void {
    if (!this.view.visible) return;
    const roots = this.#roots();
    const ids = roots.map(({ id }) => id).join('\n');
    if (ids !== this.#rootIds) {
      this.#changes.fire(undefined);
      return;
    }
    const changed = roots.flatMap((root) => {
      const shown = this.#shown.get(root.id);
      if (!shown) return [root];
      const looks = looksOf(root);
      // What is open below it may have changed though the node itself looks the same.
      const open = this.#open.has(root.id);
      if (shown.looks === looks && !open) return [];
      Object.assign(shown.node, root);
      shown.looks = looks;
      return [shown.node];
    });
    if (changed.length > 0) this.#changes.fire(changed);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      const roots = this.#roots();
      this.#rootIds = roots.map(({ id }) => id).join('\n');
      this.#shown.clear();
      return roots.map((root) => this.#remember(root));
    }
    this.#open.add(node.id);
    return [...((await node.children?.()) ?? [])];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const state = !node.children
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
    this.view.dispose();
    this.#changes.dispose();
  }

  #remember(node: Node): Node {
    this.#shown.set(node.id, { node, looks: looksOf(node) });
    return node;
  }
}

function looksOf({ label, description, icon, color, context, tooltip }: Node): string {
  return JSON.stringify([label, description, icon, color, context, typeof tooltip === 'string' ? tooltip : '']);
}

function markdown(text: string): vscode.MarkdownString {
  const result = new vscode.MarkdownString(text, true);
  result.supportHtml = false;
  return result;
}
