import * as vscode from 'vscode';
import { messageOf } from '../../foundation/errors.ts';
import { Turns } from '../../foundation/turns.ts';
import type { Diagnostic } from '../../tenants/diagnostics.ts';
import type { EditedDiagnostic } from '../../tenants/editing/check-edited.ts';
import { foundAcrossFiles } from '../../tenants/editing/found-across-files.ts';
import { Pauses } from './pauses.ts';
import type { ProfileEditors } from './profile-editors.ts';
import { editedFile, profileFile, uriIn } from './profile-file.ts';
import { neighbourOf, onDidChangeNeighbour } from './yaml-neighbour.ts';

/** A pause in typing, in ms. */
const typingMs = 250;
/** Files that come and go outside come in swarms. */
const outsideMs = 1000;

interface Checked {
  version: number;
  diagnostics: EditedDiagnostic[];
}

/**
 * Shows what is wrong in mysimbdp.yaml and the tenants' profiles where it is wrong: of documents that are open what stands in
 * them, checked in pauses of typing, one by one; of all others what is on disk, by checks of the whole folder.
 */
export class ProfileDiagnostics implements vscode.Disposable {
  readonly #editors: ProfileEditors;
  readonly #shown = vscode.languages.createDiagnosticCollection('mysimbdp');
  readonly #pauses = new Pauses();
  readonly #listeners: vscode.Disposable[];
  /** By platform folder, then by file. */
  readonly #onDisk = new Map<string, Map<string, Diagnostic[]>>();
  readonly #inEditor = new Map<string, Checked>();
  readonly #checks = new Turns();
  readonly #log: vscode.LogOutputChannel;

  constructor(editors: ProfileEditors, log: vscode.LogOutputChannel) {
    this.#editors = editors;
    this.#log = log;
    const { workspace } = vscode;
    const profiles = workspace.createFileSystemWatcher('**/{mysimbdp.yaml,tenants/*/tenant.yaml}');
    // What an entry or a command names, and samples; staging changes all the time and is looked at with the next check.
    const named = workspace.createFileSystemWatcher('**/tenants/*/{apps,samples,sample}/**', false, true, false);
    const atProfile = (uri: vscode.Uri) => this.#folderSoon(uri, outsideMs);
    const atNamed = (uri: vscode.Uri) => this.#openOnesSoon(uri);
    this.#listeners = [
      profiles,
      named,
      profiles.onDidCreate(atProfile),
      profiles.onDidChange(atProfile),
      profiles.onDidDelete(atProfile),
      named.onDidCreate(atNamed),
      named.onDidDelete(atNamed),
      workspace.onDidOpenTextDocument((document) => this.#documentSoon(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.#documentSoon(document, typingMs)),
      workspace.onDidSaveTextDocument((document) => this.#folderSoon(document.uri, typingMs)),
      workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      workspace.onDidChangeWorkspaceFolders(() => this.#unasked(this.checkAll())),
      workspace.onDidGrantWorkspaceTrust(() => this.#unasked(this.checkAll())),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.#documentSoon(editor.document, 0)),
      onDidChangeNeighbour(() => this.#showAll()),
    ];
    this.#pauses.after(0, 'all', () => this.#unasked(this.checkAll()));
  }

  /** Checks every platform folder of the workspace, and what stands in its open documents. */
  checkAll(): Promise<void> {
    const roots = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    for (const root of this.#onDisk.keys()) if (!roots.some(({ uri }) => uri.fsPath === root)) this.#forget(root);
    return this.#checks.take(async () => {
      for (const { uri } of roots) await this.#checkFolder(uri.fsPath);
    });
  }

  /** What is wrong in a document as it stands, checked anew when it has changed since. */
  async problemsOf(document: vscode.TextDocument): Promise<EditedDiagnostic[]> {
    const checked = this.#inEditor.get(document.uri.toString());
    if (checked?.version === document.version) return checked.diagnostics;
    return (await this.#checkDocument(document))?.diagnostics ?? [];
  }

  /** A check that nobody waits for: its failure is logged. */
  #unasked(check: Promise<unknown>): void {
    check.catch((error: unknown) => this.#log.error(`profiles: ${messageOf(error)}`));
  }

  async #checkFolder(root: string): Promise<void> {
    const problems = await this.#editors.ask(root, (editor) => editor.problems());
    const byFile = new Map<string, Diagnostic[]>();
    for (const diagnostic of problems ?? []) {
      const ofFile = byFile.get(diagnostic.file);
      if (ofFile) ofFile.push(diagnostic);
      else byFile.set(diagnostic.file, [diagnostic]);
    }
    const files = new Set([...(this.#onDisk.get(root)?.keys() ?? []), ...byFile.keys()]);
    this.#onDisk.set(root, byFile);
    const open = openProfiles().filter((document) => profileFile(document.uri)?.root === root);
    for (const document of open) await this.#checkDocument(document);
    for (const file of files) this.#show(uriIn(root, file));
  }

  /** Undefined when it is no profile, or was changed meanwhile: then another check follows. */
  async #checkDocument(document: vscode.TextDocument): Promise<Checked | undefined> {
    const edited = editedFile(document);
    if (!edited || document.isClosed) return undefined;
    const { version } = document;
    const onDisk = this.#onDisk.get(edited.root)?.get(edited.file) ?? [];
    const carried = onDisk.filter(({ code }) => foundAcrossFiles.has(code));
    const { isTrusted: trusted } = vscode.workspace;
    const diagnostics = await this.#editors.ask(edited.root, (editor) => editor.check({ ...edited, trusted, carried }));
    if (!diagnostics || !standsAt(document, version)) return undefined;
    const checked = { version, diagnostics };
    this.#inEditor.set(document.uri.toString(), checked);
    this.#show(document.uri);
    return checked;
  }

  #documentSoon(document: vscode.TextDocument, ms: number): void {
    if (!profileFile(document.uri)) return;
    this.#pauses.after(ms, document.uri.toString(), () => this.#unasked(this.#checkDocument(document)));
  }

  #folderSoon(uri: vscode.Uri, ms: number): void {
    const root = profileFile(uri)?.root;
    if (root === undefined) return;
    this.#pauses.after(ms, `folder ${root}`, () => this.#unasked(this.#checks.take(() => this.#checkFolder(root))));
  }

  /** Checks the open documents of the folder that something came to, or went from. */
  #openOnesSoon({ fsPath }: vscode.Uri): void {
    for (const document of openProfiles()) {
      const file = profileFile(document.uri);
      if (file?.tenant !== undefined && fsPath.startsWith(file.root)) this.#documentSoon(document, outsideMs);
    }
  }

  /** What was not saved is gone: from now on the file counts. */
  #closed(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.#pauses.end(key);
    if (!this.#inEditor.delete(key)) return;
    this.#show(document.uri);
    this.#folderSoon(document.uri, typingMs);
  }

  #show(uri: vscode.Uri): void {
    const key = uri.toString();
    const checked = this.#inEditor.get(key);
    const document = checked && vscode.workspace.textDocuments.find((one) => one.uri.toString() === key);
    const file = profileFile(uri);
    const all = checked?.diagnostics ?? (file && this.#onDisk.get(file.root)?.get(file.file)) ?? [];
    const elsewhere = document !== undefined && neighbourOf(document).validates;
    const own = all.filter((diagnostic) => !(elsewhere && 'structural' in diagnostic && diagnostic.structural));
    this.#shown.set(uri, own.map(asEditorDiagnostic));
  }

  #showAll(): void {
    for (const { uri } of openProfiles()) this.#show(uri);
  }

  #forget(root: string): void {
    for (const file of this.#onDisk.get(root)?.keys() ?? []) this.#shown.delete(uriIn(root, file));
    this.#onDisk.delete(root);
  }

  dispose(): void {
    this.#pauses.dispose();
    for (const listener of this.#listeners) listener.dispose();
    this.#shown.dispose();
  }
}

/** Whether the document is still open, and as it was. */
function standsAt({ isClosed, version }: vscode.TextDocument, wanted: number): boolean {
  return !isClosed && version === wanted;
}

function openProfiles(): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ uri }) => profileFile(uri) !== undefined);
}

/** The range of a diagnostic as the editor counts. */
export function rangeOf({ line, column, endLine, endColumn }: Diagnostic): vscode.Range {
  return new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
}

function asEditorDiagnostic(diagnostic: Diagnostic): vscode.Diagnostic {
  const { message, suggestion, severity, code } = diagnostic;
  const text = suggestion === undefined ? message : vscode.l10n.t('{0} — did you mean "{1}"?', message, suggestion);
  const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
  const shown = new vscode.Diagnostic(rangeOf(diagnostic), text, severity === 'error' ? error : warning);
  shown.source = 'mysimbdp';
  shown.code = code;
  return shown;
}
