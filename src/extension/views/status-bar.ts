import * as vscode from 'vscode';
import type { WorkspacePlatforms } from '../platforms/workspace-platforms.ts';
import { rowRate } from './figures.ts';
import { stateIcons, stateText } from './platform-view.ts';

/** The one item of the status bar: the platform's state and rate; a click opens what can be done. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('mysimbdp', vscode.StatusBarAlignment.Left, 0);
  readonly #platforms: WorkspacePlatforms;

  constructor(platforms: WorkspacePlatforms) {
    this.#platforms = platforms;
    this.#item.name = 'mysimbdp';
    this.#item.command = 'mysimbdp.showMenu';
  }

  refresh(): void {
    const { sessions } = this.#platforms;
    const [first] = sessions;
    if (!first) {
      this.#item.hide();
      return;
    }
    // The one that needs attention most speaks for all.
    const order = ['failed', 'starting', 'stopping', 'running', 'attached', 'stopped'];
    const shown = [...sessions].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0] ?? first;
    const runs = sessions.flatMap(({ status }) => status?.runs ?? []);
    const rate = runs.reduce((sum, run) => sum + (run.report?.rowsPerSecond ?? 0), 0);
    const rateText = runs.length > 0 ? ` ${rowRate(rate)}` : '';
    this.#item.text = `$(${stateIcons[shown.state].icon}) mysimbdp${rateText}`;
    this.#item.tooltip = sessions.map((session) => `${session.name}: ${stateText(session)}`).join('\n');
    this.#item.accessibilityInformation = { label: `mysimbdp: ${stateText(shown)}${rateText}` };
    this.#item.backgroundColor =
      shown.state === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
