import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as vscode from 'vscode';

// What the module `vscode` is to the extension's sources in tests without an editor: of each thing as much as they use, and no
// more. `editor.ts` beside it puts it in place, and is what a test plays the user and the editor with.

export interface Asked {
  /** The text of a message, the title of a list. */
  text: string;
  /** Buttons, or labels. */
  choices: string[];
}

/** The editor's state, which a test sets, and what it was told. */
export const state = {
  trusted: true,
  folders: [] as string[],
  /** The file in the editor. */
  active: undefined as string | undefined,
  documents: [] as EditedDocument[],
  settings: {} as Record<string, unknown>,
  /** Gives the button or label that is chosen; undefined closes the question. */
  answer: (() => undefined) as (asked: Asked) => string | undefined,
  asked: [] as Asked[],
  executed: [] as { command: string; args: unknown[] }[],
  /** Aborts what shows its progress. */
  cancel: new AbortController(),
  onProgress: (() => undefined) as (message: string) => void,
  registered: new Map<string, (...args: unknown[]) => unknown>(),
};

export class Disposable {
  readonly #end: () => unknown;
  constructor(end: () => unknown) {
    this.#end = end;
  }
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
  dispose(): void {
    this.#end();
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

export class Uri {
  readonly scheme: string;
  readonly path: string;
  constructor(scheme: string, path: string) {
    this.scheme = scheme;
    this.path = path;
  }
  static from({ scheme, path }: { scheme: string; path: string }): Uri {
    return new Uri(scheme, path);
  }
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, join(base.path, ...parts));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return this.scheme === 'file' ? pathToFileURL(this.path).toString() : `${this.scheme}:${this.path}`;
  }
}

export class Range {
  readonly start: { line: number; character: number };
  readonly end: { line: number; character: number };
  constructor(line: number, character: number, endLine: number, endCharacter: number) {
    this.start = { line, character };
    this.end = { line: endLine, character: endCharacter };
  }
}

export class Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly severity: number;
  code: string | undefined;
  source: string | undefined;
  constructor(range: Range, message: string, severity: number) {
    this.range = range;
    this.message = message;
    this.severity = severity;
  }
}

export class CodeLens {
  readonly range: Range;
  readonly command: vscode.Command;
  constructor(range: Range, command: vscode.Command) {
    this.range = range;
    this.command = command;
  }
}

export const FileType = { File: 1 };
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

/** A panel of which nothing but its text is looked at. */
export class WebviewPanel {
  readonly webview = { html: '' };
  readonly #end = new EventEmitter<void>();
  readonly onDidDispose = this.#end.event;
  constructor() {
    shown.panels.push(this);
  }
  reveal(): void {
    // nothing is on a screen
  }
  dispose(): void {
    this.#end.fire();
  }
}

export const StatusBarAlignment = { Left: 1 };
export const ViewColumn = { One: 1, Two: 2, Beside: -2 };
export const TextEditorRevealType = { InCenter: 2 };
export const DiagnosticSeverity = { Error: 0, Warning: 1 };
export const ProgressLocation = { Window: 10, Notification: 15 };

export const l10n = {
  t: (text: string, ...args: (string | number)[]) =>
    text.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
};

/** Events that a test fires. */
export const events = {
  folders: new EventEmitter<void>(),
  trust: new EventEmitter<void>(),
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
  panels: [] as WebviewPanel[],
  channels: [] as OutputChannel[],
};

type Provider = (uri: Uri) => string;
let provide: Provider = () => '';

function ask(text: string, choices: string[]): string | undefined {
  state.asked.push({ text, choices });
  return state.answer({ text, choices });
}

type Message = string | { modal?: boolean; title?: string };
const showMessage = (text: string, ...items: Message[]) => {
  shown.messages.push(text);
  const titleOf = (item: Message) => (typeof item === 'string' ? item : item.title);
  const choices = items.flatMap((item) => titleOf(item) ?? []);
  const chosen = ask(text, choices) ?? answers.message;
  return Promise.resolve(items.find((item) => titleOf(item) === chosen) ?? chosen);
};

function textOf(uri: Uri): string | Promise<string> {
  return uri.scheme === 'file' ? readFile(uri.fsPath, 'utf8') : provide(uri);
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

/** A file that has been changed in an editor, and is not saved. */
export class EditedDocument {
  isDirty = true;
  /** Whether a save succeeds: not where the file has changed on disk meanwhile. */
  takesSaves = true;
  readonly uri: Uri;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.uri = Uri.file(path);
    this.#text = text;
  }

  getText(): string {
    return this.#text;
  }

  async save(): Promise<boolean> {
    if (!this.takesSaves) return false;
    await writeFile(this.uri.fsPath, this.#text);
    this.isDirty = false;
    return true;
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

/** A channel that keeps its lines. */
export class OutputChannel {
  readonly name: string;
  lines: string[] = [];
  isDisposed = false;
  constructor(name: string) {
    this.name = name;
    shown.channels.push(this);
  }
  appendLine(line: string): void {
    this.lines.push(line);
  }
  clear(): void {
    this.lines = [];
  }
  show(): void {
    // nothing is on a screen
  }
  dispose(): void {
    this.isDisposed = true;
  }
}

export const window = {
  createOutputChannel: (name: string) => new OutputChannel(name),
  createStatusBarItem: () => ({ show: () => undefined, hide: () => undefined, dispose: () => undefined }),
  createTreeView: () => new TreeView(),
  createQuickPick: () => new QuickPick(),
  createWebviewPanel: () => new WebviewPanel(),
  get activeTextEditor() {
    return state.active === undefined ? undefined : { document: { uri: Uri.file(state.active) } };
  },
  showTextDocument: (document: TextDocument) => {
    shown.documents.set(document.uri.toString(), document.text);
    return Promise.resolve(new TextEditor(document));
  },
  showOpenDialog: () => Promise.resolve(answers.openDialog),
  showErrorMessage: showMessage,
  showInformationMessage: showMessage,
  showWarningMessage: showMessage,
  showQuickPick: <T extends { label: string }>(items: readonly T[], options: { title?: string } = {}) => {
    const label = ask(
      options.title ?? '',
      items.map((one) => one.label),
    );
    return Promise.resolve(items.find((one) => one.label === label));
  },
  withProgress: <T>(
    _options: vscode.ProgressOptions,
    work: (progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken) => Promise<T>,
  ) => {
    const { signal } = state.cancel;
    const token = {
      isCancellationRequested: signal.aborted,
      onCancellationRequested: (listener: (event: unknown) => unknown) => {
        signal.addEventListener('abort', () => listener(undefined), { once: true });
        return new Disposable(() => undefined);
      },
    };
    return work({ report: ({ message = '' }) => state.onProgress(message) }, token);
  },
  onDidChangeActiveTextEditor: new EventEmitter<undefined>().event,
};

export const commands = {
  registerCommand: (command: string, handler: (...args: unknown[]) => unknown) => {
    state.registered.set(command, handler);
    return new Disposable(() => state.registered.delete(command));
  },
  executeCommand: (command: string, ...args: unknown[]): Promise<unknown> => {
    state.executed.push({ command, args });
    return Promise.resolve(state.registered.get(command)?.(...args));
  },
};

const never = () => new EventEmitter<never>().event;

export const workspace = {
  get isTrusted(): boolean {
    return state.trusted;
  },
  get workspaceFolders() {
    return state.folders.map((path, index) => ({ uri: Uri.file(path), name: path, index }));
  },
  registerTextDocumentContentProvider: (_: string, provider: { provideTextDocumentContent: Provider }) => {
    provide = (uri) => provider.provideTextDocumentContent(uri);
    return new Disposable(() => (provide = () => ''));
  },
  openTextDocument: async (uri: Uri) => new TextDocument(uri, await textOf(uri)),
  get textDocuments() {
    return state.documents;
  },
  getWorkspaceFolder: ({ fsPath }: Uri) =>
    workspace.workspaceFolders.find(({ uri }) => fsPath === uri.fsPath || fsPath.startsWith(uri.fsPath + sep)),
  getConfiguration: () => ({ get: (key: string, fallback: unknown) => state.settings[key] ?? fallback }),
  createFileSystemWatcher: () => ({
    onDidCreate: never(),
    onDidChange: never(),
    onDidDelete: never(),
    dispose: () => undefined,
  }),
  fs: {
    stat: ({ fsPath }: Uri) => stat(fsPath),
    readDirectory: async ({ fsPath }: Uri) =>
      (await readdir(fsPath, { withFileTypes: true })).map((one) => [one.name, one.isFile() ? FileType.File : 2]),
  },
  onDidChangeWorkspaceFolders: events.folders.event,
  onDidGrantWorkspaceTrust: events.trust.event,
  onDidOpenTextDocument: never(),
  onDidChangeTextDocument: never(),
  onDidSaveTextDocument: never(),
  onDidCloseTextDocument: never(),
  onDidChangeConfiguration: never(),
};

/** A collection of diagnostics, by file. */
export class Diagnostics {
  readonly byFile = new Map<string, Diagnostic[]>();
  /** What the next `set` throws. */
  failure: Error | undefined;
  set({ fsPath }: Uri, diagnostics: Diagnostic[]): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
    this.byFile.set(fsPath, diagnostics);
  }
  delete({ fsPath }: Uri): void {
    this.byFile.delete(fsPath);
  }
  dispose(): void {
    this.byFile.clear();
  }
}

/** The newest collection. */
export let diagnostics = new Diagnostics();

export const languages = {
  createDiagnosticCollection: () => (diagnostics = new Diagnostics()),
};

export const env = { language: 'en' };
export const extensions = { getExtension: () => undefined, onDidChange: never() };
