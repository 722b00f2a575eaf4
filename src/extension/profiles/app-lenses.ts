import * as vscode from 'vscode';
import type { ProfileEditors } from './profile-editors.ts';
import { profileFile } from './profile-file.ts';

/** Above each batch app what can be done with it. Nothing in a workspace that is not trusted: all of it runs the app. */
export class AppLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #editors: ProfileEditors;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #trust: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changes.event;

  constructor(editors: ProfileEditors) {
    this.#editors = editors;
    this.#trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changes.fire());
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const file = profileFile(document.uri);
    if (file?.tenant === undefined || !vscode.workspace.isTrusted) return [];
    const { root, tenant } = file;
    const { version } = document;
    const apps = await this.#editors.ask(root, (editor) => editor.apps(document.getText()));
    if (!apps || document.version !== version) return [];
    return apps.flatMap(({ app, offset, module }) => {
      const { line } = document.positionAt(offset);
      const range = new vscode.Range(line, 0, line, 0);
      const lens = (command: string, title: string) =>
        new vscode.CodeLens(range, { command, title, arguments: [{ folder: root, tenant, app }] });
      return [
        lens('mysimbdp.runOnSample', `$(beaker) ${vscode.l10n.t('Run on sample')}`),
        ...(module ? [lens('mysimbdp.debugOnSample', `$(debug-alt) ${vscode.l10n.t('Debug on sample')}`)] : []),
        lens('mysimbdp.runBatchNow', `$(play) ${vscode.l10n.t('Run now')}`),
      ];
    });
  }

  dispose(): void {
    this.#trust.dispose();
    this.#changes.dispose();
  }
}
