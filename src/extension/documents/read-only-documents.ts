import * as vscode from 'vscode';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';

const scheme = 'mysimbdp';
/** Contents that are kept; the oldest go first, for nobody is told when an editor is closed for good. */
const kept = 100;

/** Documents that are made on request and cannot be edited: records, previews, findings. */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #contents = new Map<string, string>();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changes.event;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#contents.get(uri.toString()) ?? vscode.l10n.t('This is not kept any more. Run the command again.');
  }

  /**
   * Shows a text about something of a platform; its extension decides how it is coloured.
   * @param path `run/shop-3.json`, unique in the platform
   */
  async show(
    { root }: Pick<PlatformFolder, 'root'>,
    path: string,
    text: string,
    options: vscode.TextDocumentShowOptions = {},
  ): Promise<vscode.TextEditor> {
    // Another platform has a run of that name as well.
    const uri = vscode.Uri.from({ scheme, path: `${vscode.Uri.file(root).path}/${path}` });
    const key = uri.toString();
    this.#contents.delete(key);
    this.#contents.set(key, text);
    const [oldest] = this.#contents.keys();
    if (this.#contents.size > kept && oldest !== undefined) this.#contents.delete(oldest);
    this.#changes.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    return vscode.window.showTextDocument(document, { preview: true, ...options });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
