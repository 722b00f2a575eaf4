import * as vscode from 'vscode';
import type { WorkspacePlatforms } from '../platforms/workspace-platforms.ts';
import type { ProfileEditors } from './profile-editors.ts';
import { profileFile } from './profile-file.ts';

/**
 * Above each batch app what can be done with it. Nothing in a workspace that is not trusted: all of it runs the app; and
 * nothing where the platform is none of the workspace's: commands are about those.
 */
export class AppLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #editors: ProfileEditors;
  readonly #platforms: WorkspacePlatforms;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable[];
  #roots = '';
  readonly onDidChangeCodeLenses = this.#changes.event;

  constructor(editors: ProfileEditors, platforms: WorkspacePlatforms) {
    this.#editors = editors;
    this.#platforms = platforms;
    this.#listeners = [
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changes.fire()),
      platforms.onDidChange(() => this.#platformsChanged()),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const file = profileFile(document.uri);
    if (file?.tenant === undefined || !vscode.workspace.isTrusted) return [];
    const { root, tenant } = file;
    await this.#platforms.settled();
    if (!this.#platforms.sessionAt(root)) return [];
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

  /** Most changes are of what a platform does; the editor is only told when platforms come or go. */
  #platformsChanged(): void {
    const roots = this.#platforms.sessions.map(({ folder }) => folder.root).join('\n');
    if (roots === this.#roots) return;
    this.#roots = roots;
    this.#changes.fire();
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changes.dispose();
  }
}
