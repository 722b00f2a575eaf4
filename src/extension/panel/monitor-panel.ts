import * as vscode from 'vscode';
import { messageOf } from '../../foundation/errors.ts';
import { createFeeds } from './feeds.ts';
import type { MonitorActions, MonitorSources } from './monitor-source.ts';
import { panelHtml, panelResources } from './panel-html.ts';
import { PanelLink, tickMs } from './panel-link.ts';
import { toHost, type ToHost } from './panel-protocol.ts';

export interface MonitorPanelOptions {
  viewType: string;
  extension: vscode.Uri;
  sources: MonitorSources;
  actions: MonitorActions;
  say: (line: string) => void;
}

/** When data was on the screen: since the user asked for the panel, and since the page began to load the panel's script. */
export interface FirstPaint {
  ms: number;
  /** What is between the two is the editor's own time to make a webview. */
  pageMs: number;
}

/** The monitoring panel in an editor tab, from its opening to its closing. */
export class MonitorPanel implements vscode.Disposable {
  /** Resolves when the first picture of data is on the screen; undefined: it was closed before. */
  readonly painted: Promise<FirstPaint | undefined>;
  readonly #panel: vscode.WebviewPanel;
  readonly #options: MonitorPanelOptions;
  readonly #link: PanelLink;
  readonly #owned: vscode.Disposable[] = [];
  #settlePainted: (paint: FirstPaint | undefined) => void = () => undefined;
  readonly #openedAt: number;

  /** A panel of its own. @param openedAt of `performance.now()` when the user asked for it */
  static open(options: MonitorPanelOptions, openedAt = performance.now()): MonitorPanel {
    const title = vscode.l10n.t('mysimbdp Monitor');
    const panel = vscode.window.createWebviewPanel(options.viewType, title, vscode.ViewColumn.Active);
    return new MonitorPanel(panel, options, openedAt);
  }

  /** Fills a panel that the editor has made, or kept over a reload. */
  constructor(panel: vscode.WebviewPanel, options: MonitorPanelOptions, openedAt = performance.now()) {
    this.#panel = panel;
    this.#options = options;
    this.#openedAt = openedAt;
    this.painted = new Promise((resolve) => (this.#settlePainted = resolve));
    this.#link = new PanelLink({
      feeds: createFeeds(options.sources, options.say),
      source: () => options.sources.shown(),
      send: (message) => panel.webview.postMessage(message),
    });
    const timer = setInterval(() => this.#link.tick(), tickMs);
    this.#owned.push(
      new vscode.Disposable(() => this.#link.dispose()),
      new vscode.Disposable(() => clearInterval(timer)),
      panel.webview.onDidReceiveMessage((message) => this.#receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#link.hide();
      }),
      panel.onDidDispose(() => this.#release()),
    );
    panel.webview.options = { enableScripts: true, localResourceRoots: [panelResources(options.extension)] };
    panel.webview.html = panelHtml(panel.webview, options.extension);
  }

  /** When it is closed, by whomever. */
  get onDidDispose(): vscode.Event<void> {
    return this.#panel.onDidDispose;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #release(): void {
    this.#settlePainted(undefined);
    for (const owned of this.#owned.splice(0)) owned.dispose();
  }

  #receive(message: unknown): void {
    const checked = toHost.safeParse(message);
    if (!checked.success) {
      this.#options.say(
        `a message of the monitoring panel is not understood: ${checked.error.issues[0]?.message ?? ''}`,
      );
      return;
    }
    this.#answer(checked.data).catch((error: unknown) => {
      this.#options.say(`${checked.data.type}: ${messageOf(error)}`);
      void vscode.window.showErrorMessage(messageOf(error));
    });
  }

  async #answer(message: ToHost): Promise<void> {
    const { actions, sources } = this.#options;
    switch (message.type) {
      case 'ready':
        this.#link.ready(message.filter);
        return;
      case 'painted':
        this.#settlePainted({ ms: performance.now() - this.#openedAt, pageMs: message.pageMs });
        return;
      case 'filter':
        this.#link.setFilter(message.filter);
        return;
      case 'openRun':
        await actions.openRun({ tenant: message.tenant, runId: message.runId });
        return;
      case 'cancelRun':
        await actions.cancelRun({ tenant: message.tenant, runId: message.runId });
        return;
      case 'openLog':
        await actions.openLog(message.tenant ?? undefined);
        return;
      case 'showPlatform':
        sources.show(message.folder);
        return;
      case 'act':
        await actions.act(message.action);
        return;
    }
  }
}
