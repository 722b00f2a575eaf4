import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { NodeTree } from './node-tree.ts';
import { platformNodes } from './platform-view.ts';
import { runNodes } from './runs-view.ts';
import { StatusBar } from './status-bar.ts';
import { tenantNodes } from './tenants-view.ts';

/** Failed runs of so long ago still ask for attention. Milliseconds. */
const attentionMs = 24 * 3_600_000;

/** The views of the activity bar and the status bar item, redrawn as the platforms change. */
export function registerViews(services: Services): vscode.Disposable {
  const { platforms } = services;
  const platform = new NodeTree('mysimbdp.platform', () => platformNodes(platforms.sessions));
  const tenants = new NodeTree('mysimbdp.tenants', () => tenantNodes(services, platforms.sessions), {
    collapseAll: true,
  });
  const runs = new NodeTree('mysimbdp.runs', () => runNodes(platforms.sessions));
  const statusBar = new StatusBar(platforms);
  const refresh = () => {
    for (const tree of [platform, tenants, runs]) tree.refresh();
    statusBar.refresh();
    runs.view.badge = attention(services);
  };
  refresh();
  return vscode.Disposable.from(platform, tenants, runs, statusBar, platforms.onDidChange(refresh));
}

/** How many things ask for somebody: tenants with a problem, and runs that failed lately. */
function attention({ platforms }: Services): vscode.ViewBadge | undefined {
  const since = Date.now() - attentionMs;
  let value = 0;
  for (const { status, recentRuns } of platforms.sessions) {
    value += status?.tenants.filter(({ registered, problem }) => registered && problem !== null).length ?? 0;
    value += recentRuns.filter(({ outcome, endedAt }) => outcome === 'failed' && endedAt > since).length;
  }
  return value === 0 ? undefined : { value, tooltip: vscode.l10n.t('{0} tenants or runs need attention', value) };
}
