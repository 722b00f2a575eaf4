import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { runOnSample } from '../../batch/sample/run-on-sample.ts';
import { faultOf } from '../../foundation/errors.ts';
import type { SampleResult } from '../../protocol/samples.ts';
import { appOf, loadTenant } from '../../tenants/load-tenant.ts';
import { forEditor } from '../commands/error-help.ts';
import type { Services } from '../services.ts';
import { samplePage, type SampleShown } from './sample-page.ts';
import { isBelow, type SampleTarget } from './sample-target.ts';
import { sampleTexts } from './sample-texts.ts';

/** How long saves may follow each other before the sample is run again. Milliseconds. */
const pauseMs = 300;

/** Open views by app. */
const views = new Map<string, SampleView>();

/** Shows what an app makes of a file, in its view beside the editor; resolves when that is to be seen. */
export async function showSample(services: Services, target: SampleTarget, file: string): Promise<void> {
  const key = [target.session.folder.root, target.tenant, target.app].join('\n');
  let view = views.get(key);
  if (!view) {
    const { subscriptions } = services.context;
    const shown = new SampleView(services, target, () => {
      views.delete(key);
      subscriptions.splice(subscriptions.indexOf(shown), 1);
    });
    views.set(key, shown);
    subscriptions.push(shown);
    view = shown;
  }
  await view.show(file);
}

/** In, out and rejected rows of one app side by side; run again when its code, its profile or the sample is saved. */
class SampleView implements vscode.Disposable {
  readonly #services: Services;
  readonly #target: SampleTarget;
  readonly #panel: vscode.WebviewPanel;
  readonly #saves: vscode.Disposable;
  #file = '';
  /** Folders and files a change of which matters. */
  #watched: string[] = [];
  #running = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(services: Services, target: SampleTarget, gone: () => void) {
    this.#services = services;
    this.#target = target;
    this.#panel = vscode.window.createWebviewPanel(
      'mysimbdp.sample',
      vscode.l10n.t('{0} on Sample', target.app),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: false, enableFindWidget: true, localResourceRoots: [], enableCommandUris: [...pageCommands] },
    );
    this.#saves = vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#saved(uri.fsPath));
    this.#panel.onDidDispose(() => {
      this.#end();
      gone();
    });
    this.#show({ kind: 'running' });
  }

  async show(file: string): Promise<void> {
    this.#file = file;
    this.#panel.reveal(undefined, true);
    await this.#run();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#running.abort(new Error('the view was closed'));
    this.#saves.dispose();
  }

  #saved(path: string): void {
    if (!this.#watched.some((one) => one === path || isBelow(one, path))) return;
    // What is being made is of the code before.
    this.#running.abort(new Error('the app has changed'));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), pauseMs);
  }

  async #run(): Promise<void> {
    this.#running.abort(new Error('the sample is run again'));
    const running = new AbortController();
    this.#running = running;
    const title = vscode.l10n.t('Running {0} on a sample', this.#target.app);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
      const shown = await this.#result(running.signal);
      if (!running.signal.aborted) this.#show(shown);
    });
  }

  async #result(signal: AbortSignal): Promise<SampleShown> {
    const { session, tenant, app: name } = this.#target;
    const profileFile = session.folder.profile(tenant);
    this.#watched = [profileFile, this.#file, ...this.#watched.slice(2)];
    try {
      const profile = await loadTenant(session.folder, tenant);
      const app = appOf(profile, name);
      const entry = app.code.form === 'module' ? [dirname(app.code.entry)] : [];
      this.#watched = [profileFile, this.#file, app.folder, ...entry];
      const result = await runOnSample(session.folder, profile, app, { file: this.#file, signal });
      return { kind: 'result', result: forReader(result) };
    } catch (error) {
      if (!signal.aborted) this.#services.log.warn(`${name} on ${basename(this.#file)}: ${String(error)}`);
      return { kind: 'problem', fault: forEditor(faultOf(error)) };
    }
  }

  #show(shown: SampleShown): void {
    const { session, tenant, app } = this.#target;
    const about = { folder: session.folder.root, tenant, app };
    const link = (command: string, argument: object) =>
      `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`;
    this.#panel.webview.html = samplePage(shown, {
      nonce: randomBytes(16).toString('base64url'),
      language: vscode.env.language,
      title: `${tenant} · ${app}`,
      links: [
        { title: vscode.l10n.t('Another File…'), href: link('mysimbdp.runOnSample', { ...about, ask: true }) },
        { title: vscode.l10n.t('Debug on Sample'), href: link('mysimbdp.debugOnSample', about) },
      ],
      texts: sampleTexts(),
    });
  }
}

/** What its faults say is for a user of the editor. */
function forReader(result: SampleResult): SampleResult {
  return { ...result, fault: result.fault && forEditor(result.fault), warnings: result.warnings.map(forEditor) };
}

const pageCommands = ['mysimbdp.runOnSample', 'mysimbdp.debugOnSample'];
