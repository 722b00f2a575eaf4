// A stand-in for the module `vscode`, as far as tests need it: what is made of it can be looked at, and nothing is shown.

export class Disposable {
  readonly #dispose: () => unknown;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  dispose(): unknown {
    return this.#dispose();
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(event: T) => unknown>();

  readonly event = (listener: (event: T) => unknown): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };

  fire(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };

export class TreeItem {
  label: string;
  collapsibleState: number;

  constructor(label: string, collapsibleState: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export class ThemeColor {
  id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeIcon {
  id: string;
  color: ThemeColor | undefined;

  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}

export class MarkdownString {
  value: string;

  constructor(value: string) {
    this.value = value;
  }
}

/** A view that is on the screen, with what its user does to it. */
export class TreeView<T> {
  visible = true;
  readonly shown = new EventEmitter<{ visible: boolean }>();
  readonly collapsed = new EventEmitter<{ element: T }>();
  readonly expanded = new EventEmitter<{ element: T }>();
  readonly onDidChangeVisibility = this.shown.event;
  readonly onDidCollapseElement = this.collapsed.event;
  readonly onDidExpandElement = this.expanded.event;

  dispose(): void {
    // nothing is held
  }
}

export const window = {
  createTreeView: () => new TreeView(),
};
