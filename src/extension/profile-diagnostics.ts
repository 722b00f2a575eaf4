import * as vscode from 'vscode';
import { messageOf } from '../foundation/errors.ts';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import type { Diagnostic } from '../tenants/diagnostics.ts';

/** Shows what is wrong in mysimbdp.yaml and the tenants' profiles where it is wrong. */
export class ProfileDiagnostics implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #shown = vscode.languages.createDiagnosticCollection('mysimbdp');
  readonly #listeners: vscode.Disposable[] = [];

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#listeners.push(
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (/(^|[/\\])(mysimbdp|tenant)\.yaml$/.test(document.fileName)) void this.checkAll();
      }),
    );
    const soon = setTimeout(() => void this.checkAll(), 0);
    this.#listeners.push(new vscode.Disposable(() => clearTimeout(soon)));
  }

  /** Checks every platform folder of the workspace. */
  async checkAll(): Promise<void> {
    this.#shown.clear();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const folder = new PlatformFolder(uri.fsPath);
      try {
        const { loadPlatform } = await import('../tenants/load.ts');
        const { diagnostics } = await loadPlatform(folder);
        this.#show(uri, diagnostics);
      } catch (error) {
        this.#log.debug(`${uri.fsPath} is not checked: ${messageOf(error)}`);
      }
    }
  }

  #show(root: vscode.Uri, diagnostics: readonly Diagnostic[]): void {
    for (const file of new Set(diagnostics.map((diagnostic) => diagnostic.file))) {
      const ofFile = diagnostics.filter((diagnostic) => diagnostic.file === file);
      this.#shown.set(vscode.Uri.joinPath(root, ...file.split('/')), ofFile.map(asEditorDiagnostic));
    }
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#shown.dispose();
  }
}

function asEditorDiagnostic({ line, column, endLine, endColumn, ...what }: Diagnostic): vscode.Diagnostic {
  const text = what.suggestion ? `${what.message} — did you mean "${what.suggestion}"?` : what.message;
  const shown = new vscode.Diagnostic(
    new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1),
    text,
    what.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  shown.source = 'mysimbdp';
  shown.code = what.code;
  return shown;
}
