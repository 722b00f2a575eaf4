import * as vscode from 'vscode';
import type { Fix } from '../../tenants/editing/fixes.ts';
import type { ProfileDiagnostics } from './profile-diagnostics.ts';
import { rangeOf } from './profile-diagnostics.ts';
import type { ProfileEditors } from './profile-editors.ts';
import { editedFile, uriIn } from './profile-file.ts';

/** Problems that one question is about at most: more are a range over a broken file. */
const maxProblems = 20;

/** Quick fixes. Each changes what it is about and nothing else of the file. */
export class ProfileFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };
  readonly #editors: ProfileEditors;
  readonly #diagnostics: ProfileDiagnostics;

  constructor(editors: ProfileEditors, diagnostics: ProfileDiagnostics) {
    this.#editors = editors;
    this.#diagnostics = diagnostics;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics: shown }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[] | undefined> {
    const edited = editedFile(document);
    if (!edited) return undefined;
    const { version } = document;
    const all = await this.#diagnostics.problemsOf(document);
    const problems = all.filter((one) => rangeOf(one).intersection(range) !== undefined).slice(0, maxProblems);
    if (problems.length === 0) return undefined;
    const fixes = await this.#editors.ask(edited.root, (editor) => editor.fixes(edited, problems));
    if (!fixes || document.version !== version) return undefined;
    return problems.flatMap((problem, index) => {
      const mended = shown.filter(({ code, range: at }) => code === problem.code && at.isEqual(rangeOf(problem)));
      return (fixes[index] ?? []).map((fix) => action(document, edited.root, fix, mended));
    });
  }
}

function action(document: vscode.TextDocument, root: string, fix: Fix, mended: vscode.Diagnostic[]): vscode.CodeAction {
  const offered = new vscode.CodeAction(titleOf(fix), vscode.CodeActionKind.QuickFix);
  const edit = new vscode.WorkspaceEdit();
  for (const { from, to, insert } of fix.changes) {
    edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(to)), insert);
  }
  if (fix.create) {
    const file = uriIn(root, fix.create.file);
    edit.createFile(file, { ignoreIfExists: true, contents: Buffer.from(fix.create.text) });
    offered.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [file] };
  }
  offered.edit = edit;
  offered.isPreferred = fix.preferred;
  offered.diagnostics = mended;
  return offered;
}

function titleOf({ kind, name, value }: Fix): string {
  switch (kind) {
    case 'replace':
      return vscode.l10n.t('Change to "{0}"', value);
    case 'add-key':
      return vscode.l10n.t('Add "{0}: {1}"', name, value);
    case 'declare-column':
      return vscode.l10n.t('Declare column "{0}" as {1}', name, value);
    case 'add-table':
      return vscode.l10n.t('Declare table "{0}"', name);
    case 'create-file':
      return vscode.l10n.t('Create {0}', name);
  }
}
