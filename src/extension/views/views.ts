import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { Attention } from './attention.ts';
import { lookAtUsage } from './look-at-usage.ts';
import { NodeTree } from './node-tree.ts';
import { QuarantinedFiles } from './quarantined-files.ts';
import { platformNodes } from './platform-view.ts';
import { runNodes } from './runs-view.ts';
import { StatusBar } from './status-bar.ts';
import { tenantNodes } from './tenants-view.ts';

/** How often ages are looked at, which are told in minutes. */
const agesEveryMs = 30_000;

/** The views of the activity bar and the status bar item, redrawn as the platforms change. */
export function registerViews(services: Services): vscode.Disposable {
  const { platforms } = services;
  const platform = new NodeTree('mysimbdp.platform', () => platformNodes(platforms.sessions));
  const quarantined = new QuarantinedFiles(() => tenants.refresh());
  const tenants = new NodeTree('mysimbdp.tenants', () => tenantNodes({ services, quarantined }, platforms.sessions), {
    collapseAll: true,
  });
  const runs = new NodeTree('mysimbdp.runs', () => runNodes(platforms.sessions));
  const statusBar = new StatusBar(platforms);
  const attention = new Attention(() => showBadge());
  const showBadge = () => (runs.view.badge = badge(attention.count(platforms.sessions, Date.now())));
  const refresh = () => {
    for (const tree of [platform, tenants, runs]) tree.refresh();
    statusBar.refresh();
    showBadge();
  };
  refresh();
  const looking = lookAtUsage(platform.view, platforms);
  // Ages grow also while nothing changes.
  const aging = setInterval(() => runs.refresh(), agesEveryMs);
  const ages = new vscode.Disposable(() => clearInterval(aging));
  return vscode.Disposable.from(looking, platform, tenants, runs, statusBar, ages, platforms.onDidChange(refresh));
}

function badge(value: number): vscode.ViewBadge | undefined {
  if (value === 0) return undefined;
  const tooltip =
    value === 1
      ? vscode.l10n.t('A tenant, a run or a service needs attention')
      : vscode.l10n.t('{0} tenants, runs or services need attention', value);
  return { value, tooltip };
}
