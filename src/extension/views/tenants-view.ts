import * as vscode from 'vscode';
import type { ActiveRun, TenantStatus } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { bytes, count, counted, plain } from './figures.ts';
import type { Node } from './node.ts';
import { quarantineNode } from './quarantine-node.ts';
import { stagingNode } from './staging-node.ts';
import { tablesNode } from './tables-node.ts';
import { figuresOf, idOf, open, refusedText, type Ports, type TenantPart } from './tenant-part.ts';

/** The view "Tenants": each tenant with its profile, apps, staging, quarantine and tables. */
export function tenantNodes(ports: Ports, sessions: readonly PlatformSession[]): Node[] {
  const up = sessions.filter(({ status }) => status !== undefined);
  return up.flatMap((session) =>
    (session.status?.tenants ?? []).map((tenant) => tenantNode(ports, session, tenant, up.length > 1)),
  );
}

function tenantNode(ports: Ports, session: PlatformSession, tenant: TenantStatus, several: boolean): Node {
  const runs = (session.status?.runs ?? []).filter((run) => run.tenant === tenant.tenant);
  const rate = runs.reduce((sum, run) => sum + (run.report?.rowsPerSecond ?? 0), 0);
  const said = [
    several ? session.name : '',
    !tenant.registered ? vscode.l10n.t('not registered') : tenant.enabled ? '' : vscode.l10n.t('disabled'),
    runs.length > 0 ? vscode.l10n.t('{0} rows/s', count(rate)) : '',
    tenant.waitingFiles > 0 ? vscode.l10n.t('{0} waiting', counted(tenant.waitingFiles, 'file')) : '',
    refusedText(tenant),
    tenant.problem ? tenant.problem.code : '',
  ].filter((text) => text !== '');
  const state = !tenant.registered ? 'unregistered' : tenant.enabled ? 'enabled' : 'disabled';
  return {
    id: `${session.folder.root}#${tenant.tenant}`,
    label: tenant.tenant,
    description: said.join(' · '),
    ...tenantIcon(tenant, runs),
    context: `tenant.${state}`,
    tooltip: () => tenantTooltip(session, tenant),
    children: () => tenantParts.map((part) => part(ports, session, tenant)),
    target: { session, tenant: tenant.tenant },
  };
}

function tenantIcon({ problem, enabled, registered }: TenantStatus, runs: readonly ActiveRun[]) {
  if (problem) return { icon: 'warning', color: 'list.warningForeground' };
  if (!registered || !enabled) return { icon: 'circle-slash', color: 'disabledForeground' };
  return runs.length > 0 ? { icon: 'sync~spin', color: 'charts.blue' } : { icon: 'organization' };
}

function tenantTooltip(session: PlatformSession, tenant: TenantStatus): string {
  const figures = figuresOf(session, tenant);
  const plan = tenant.plan ? ` — ${vscode.l10n.t('plan {0}', plain(tenant.plan))}` : '';
  const lines = [`**${plain(tenant.tenant)}**${plan}`];
  if (tenant.problem) {
    lines.push(`$(warning) ${plain(tenant.problem.message)}`, plain(tenant.problem.hint ?? ''));
  }
  if (figures) {
    const { stored, filtered, quarantined } = figures.counters;
    lines.push(
      `${counted(figures.files, 'file')}, ${bytes(figures.fileBytes)}`,
      vscode.l10n.t('{0} stored · {1} filtered · {2} quarantined', count(stored), count(filtered), count(quarantined)),
    );
  }
  return lines.filter((line) => line !== '').join('\n\n');
}

/** What a tenant consists of, line by line. */
const tenantParts: TenantPart[] = [profileNode, appsNode, stagingNode, quarantineNode, tablesNode];

function profileNode(_: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  const resource = vscode.Uri.file(session.folder.profile(tenant.tenant));
  return {
    id: idOf(session, tenant, 'profile'),
    label: vscode.l10n.t('Service profile'),
    description: tenant.plan ? vscode.l10n.t('plan {0}', tenant.plan) : '',
    icon: 'settings-gear',
    context: 'profile',
    command: open(resource),
    target: { session, tenant: tenant.tenant },
  };
}

function appsNode(_: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  return {
    id: idOf(session, tenant, 'apps'),
    label: vscode.l10n.t('Apps'),
    description: count(tenant.apps.length),
    icon: 'extensions',
    children: () => tenant.apps.map((app) => appNode(session, tenant, app)),
  };
}

function appNode(session: PlatformSession, tenant: TenantStatus, app: string): Node {
  const runs = (session.status?.runs ?? []).filter((run) => run.tenant === tenant.tenant && run.app === app);
  const rate = runs.reduce((sum, run) => sum + (run.report?.rowsPerSecond ?? 0), 0);
  return {
    id: idOf(session, tenant, `app.${app}`),
    label: app,
    description: runs.length > 0 ? vscode.l10n.t('running, {0} rows/s', count(rate)) : vscode.l10n.t('idle'),
    ...(runs.length > 0 ? { icon: 'sync~spin', color: 'charts.blue' } : { icon: 'symbol-method' }),
    context: 'app',
    target: { session, tenant: tenant.tenant, app },
  };
}
