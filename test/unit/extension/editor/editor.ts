import { register } from 'node:module';
import type * as vscode from 'vscode';
import * as standIn from './vscode.ts';

// Sources that import `vscode` are imported by tests after this file: `await import(…)`.
const url = new URL('./vscode.ts', import.meta.url).href;
const hook = `export const resolve = (specifier, context, next) =>
  next(specifier === 'vscode' ? ${JSON.stringify(url)} : specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

/** The editor as a test sets it, and what it was asked and told. */
export const editor = standIn.state;

/** An editor in which nothing has happened yet, with these folders open. */
export function openEditor(...folders: string[]): void {
  Object.assign(editor, {
    trusted: true,
    folders,
    documents: [],
    active: undefined,
    settings: {},
    answer: () => undefined,
    asked: [],
    executed: [],
    cancel: new AbortController(),
    onProgress: () => undefined,
    registered: new Map(),
  });
}

/** What the user does to the workspace; who listens hears of it. */
export const workspace = {
  /** Changes a file in an editor, without saving it. */
  edit(path: string, text: string): standIn.EditedDocument {
    const document = new standIn.EditedDocument(path, text);
    editor.documents.push(document);
    return document;
  },
  setFolders(...folders: string[]): void {
    editor.folders = folders;
    standIn.events.folders.fire();
  },
  grantTrust(): void {
    editor.trusted = true;
    standIn.events.trust.fire();
  },
};

export function uriOf(path: string): vscode.Uri {
  return standIn.Uri.file(path) as unknown as vscode.Uri;
}

/** The collection of diagnostics that was made last. */
export function shownDiagnostics(): standIn.Diagnostics {
  return standIn.diagnostics;
}

/** A log that keeps its lines: `error: …`. */
export class KeptLog {
  readonly lines: string[] = [];
  readonly #keep = (level: string) => (line: string) => void this.lines.push(`${level}: ${line}`);
  debug = this.#keep('debug');
  info = this.#keep('info');
  warn = this.#keep('warn');
  error = this.#keep('error');
  show = () => void this.lines.push('shown');

  get channel(): vscode.LogOutputChannel {
    return this as unknown as vscode.LogOutputChannel;
  }
}

/** What the workspace remembers from window to window. */
export class KeptMemory {
  readonly values = new Map<string, unknown>();
  /** What every question throws. */
  failure: Error | undefined;

  get memento(): vscode.Memento {
    return {
      keys: () => [...this.values.keys()],
      get: <T>(key: string, fallback?: T) => {
        if (this.failure) throw this.failure;
        return (this.values.has(key) ? this.values.get(key) : fallback) as T;
      },
      update: (key, value) => Promise.resolve(void this.values.set(key, value)),
    };
  }
}
