// A stand-in for the module `vscode`, as far as tests need it: what is made of it can be looked at, and nothing is shown.

import { readFile, stat } from 'node:fs/promises';

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

export class Uri {
  readonly scheme: string;
  readonly path: string;

  private constructor(scheme: string, path: string) {
    this.scheme = scheme;
    this.path = path;
  }

  static from({ scheme, path }: { scheme: string; path: string }): Uri {
    return new Uri(scheme, path);
  }

  static file(path: string): Uri {
    return new Uri('file', path);
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}:${this.path}`;
  }
}

export class Selection {
  start: unknown;
  end: unknown;

  constructor(start: unknown, end: unknown) {
    this.start = start;
    this.end = end;
  }
}

/** A list that is on the screen, with what its user does. */
export class QuickPick<T> {
  items: readonly T[] = [];
  readonly active = new EventEmitter<readonly T[]>();
  readonly onDidChangeActive = this.active.event;
  readonly onDidAccept = new EventEmitter<undefined>().event;
  readonly onDidHide = new EventEmitter<undefined>().event;

  show(): void {
    shown.picks.push(this as QuickPick<unknown>);
  }
}

export const ViewColumn = { One: 1, Two: 2 };
export const TextEditorRevealType = { InCenter: 2 };
export const ProgressLocation = { Notification: 15 };

export const l10n = {
  t: (text: string, ...values: unknown[]) => text.replace(/\{(\d+)\}/g, (_, index: string) => String(values[+index])),
};

/** What a test has the user answer; by itself nobody answers anything. */
export const answers = {
  openDialog: undefined as Uri[] | undefined,
  message: undefined as string | undefined,
};

/** What was shown: the text of each document by its address, the line that was selected in it, messages and lists. */
export const shown = {
  documents: new Map<string, string>(),
  selected: new Map<string, string>(),
  messages: [] as string[],
  picks: [] as QuickPick<unknown>[],
};

type Provider = (uri: Uri) => string;
let provide: Provider = () => '';

function message(text: string): Promise<string | undefined> {
  shown.messages.push(text);
  return Promise.resolve(answers.message);
}

export const workspace = {
  registerTextDocumentContentProvider: (_: string, provider: { provideTextDocumentContent: Provider }) => {
    provide = (uri) => provider.provideTextDocumentContent(uri);
    return new Disposable(() => (provide = () => ''));
  },
  openTextDocument: async (uri: Uri) => new TextDocument(uri, await textOf(uri)),
};

/** As the editor, it takes no large files. */
async function textOf(uri: Uri): Promise<string> {
  if (uri.scheme !== 'file') return provide(uri);
  const { size } = await stat(uri.fsPath);
  if (size > 50 * 1024 * 1024) throw new Error('Files above 50MB cannot be synchronized with extensions.');
  return readFile(uri.fsPath, 'utf8');
}

class TextDocument {
  readonly uri: Uri;
  readonly text: string;
  readonly #lines: string[];

  constructor(uri: Uri, text: string) {
    this.uri = uri;
    this.text = text;
    this.#lines = text.split('\n');
  }

  get lineCount(): number {
    return this.#lines.length;
  }

  lineAt(line: number) {
    return { range: { start: this.#lines[line], end: this.#lines[line] } };
  }
}

class TextEditor {
  readonly document: TextDocument;

  constructor(document: TextDocument) {
    this.document = document;
  }

  set selection({ start }: Selection) {
    shown.selected.set(this.document.uri.toString(), String(start));
  }

  revealRange(): void {
    // nothing is on a screen
  }
}

export const window = {
  createTreeView: () => new TreeView(),
  createQuickPick: () => new QuickPick(),
  showTextDocument: (document: TextDocument) => {
    shown.documents.set(document.uri.toString(), document.text);
    return Promise.resolve(new TextEditor(document));
  },
  showInformationMessage: message,
  showWarningMessage: message,
  showErrorMessage: message,
  showOpenDialog: () => Promise.resolve(answers.openDialog),
  withProgress: (_: unknown, work: (progress: unknown, token: unknown) => Promise<unknown>) =>
    work(
      { report: () => undefined },
      { isCancellationRequested: false, onCancellationRequested: () => new Disposable(() => undefined) },
    ),
};
