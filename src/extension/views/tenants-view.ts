import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { IngestionRecord, Statistics } from '../../protocol/ingestion-log.ts';
import type { ActiveRun, TenantStatus } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { KeyspacePlace } from '../../coredms/reader-thread.ts';
import { wholeFilesOf } from '../quarantine/whole-files.ts';
import type { Services } from '../services.ts';
import { bytes, count, counted, plain, rowsOf } from './figures.ts';
import type { Node } from './node.ts';
import type { QuarantinedFiles } from './quarantined-files.ts';

/** Files of a staging directory that are listed. */
const shownFiles = 100;

/** What the view is made out of beside the platforms. */
interface Ports {
  services: Services;
  quarantined: QuarantinedFiles;
}

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

/** Sums over all that was ingested for the tenant. */
function figuresOf({ statistics }: PlatformSession, { tenant }: TenantStatus): Statistics | undefined {
  return statistics?.byTenant.find(({ key }) => key === tenant)?.statistics;
}

/** What is other after anything was ingested for the tenant. */
function ingested(session: PlatformSession, tenant: TenantStatus): number[] {
  const figures = figuresOf(session, tenant);
  return figures ? [figures.runs, figures.files] : [];
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
const tenantParts: ((ports: Ports, session: PlatformSession, tenant: TenantStatus) => Node)[] = [
  profileNode,
  appsNode,
  stagingNode,
  quarantineNode,
  tablesNode,
];

function idOf(session: PlatformSession, { tenant }: TenantStatus, part: string): string {
  return `${session.folder.root}#${tenant}#${part}`;
}

function open(resource: vscode.Uri) {
  return { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [resource] };
}

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

function stagingNode(_: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  const folder = vscode.Uri.file(session.folder.staging(tenant.tenant));
  const { waitingFiles, waitingBytes, runningFiles, refusedFiles } = tenant;
  const holds = [
    ...(waitingFiles > 0
      ? [vscode.l10n.t('{0} waiting, {1}', counted(waitingFiles, 'file'), bytes(waitingBytes))]
      : []),
    ...(refusedFiles > 0 ? [refusedText(tenant)] : []),
  ];
  return {
    id: idOf(session, tenant, 'staging'),
    label: vscode.l10n.t('Staging'),
    description: holds.join(' · ') || vscode.l10n.t('empty'),
    icon: 'inbox',
    ...(tenant.refusedFiles > 0 ? { color: 'list.warningForeground' } : {}),
    context: 'staging',
    target: { session, tenant: tenant.tenant },
    load: {
      version: [waitingFiles, waitingBytes, runningFiles, refusedFiles, ...ingested(session, tenant)].join(),
      read: () => stagedNodes(session, tenant, folder),
    },
  };
}

function refusedText({ refusedFiles }: TenantStatus): string {
  return refusedFiles > 0 ? vscode.l10n.t('{0} refused', count(refusedFiles)) : '';
}

async function stagedNodes(session: PlatformSession, tenant: TenantStatus, folder: vscode.Uri): Promise<Node[]> {
  let entries: [string, vscode.FileType][];
  try {
    entries = await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
  const refusals = await refusalsOf(session, tenant);
  const files = entries.filter(([name, type]) => type === vscode.FileType.File && !name.startsWith('.'));
  // What somebody has to do something about is seen first.
  files.sort(([a], [b]) => Number(refusals.has(b)) - Number(refusals.has(a)));
  const nodes = await Promise.all(
    files.slice(0, shownFiles).map(([name]) => stagedNode(session, tenant, folder, name, refusals.get(name))),
  );
  if (files.length > shownFiles) {
    const label = vscode.l10n.t('{0} more', count(files.length - shownFiles));
    nodes.push({ id: idOf(session, tenant, 'staged#more'), label, icon: 'ellipsis' });
  }
  return nodes;
}

/** The newest refusals of files that may be in staging still, by name. */
async function refusalsOf(session: PlatformSession, tenant: TenantStatus): Promise<Map<string, IngestionRecord>> {
  if (tenant.refusedFiles === 0) return new Map();
  const query = { tenant: tenant.tenant, outcome: 'refused', limit: 1000 } as const;
  const records = (await session.client?.ingestionLog(query)) ?? [];
  return new Map(records.reverse().map((record) => [record.file, record]));
}

async function stagedNode(
  session: PlatformSession,
  tenant: TenantStatus,
  folder: vscode.Uri,
  name: string,
  refusal: IngestionRecord | undefined,
): Promise<Node> {
  const resource = vscode.Uri.joinPath(folder, name);
  const node: Node = {
    id: idOf(session, tenant, `staged.${name}`),
    label: name,
    icon: 'file',
    resource,
    context: 'staged',
    command: open(resource),
    target: { session, tenant: tenant.tenant },
  };
  if (!refusal?.cause) return node;
  // Another file may have come under its name.
  const size = await vscode.workspace.fs.stat(resource).then(
    (stats) => stats.size,
    () => undefined,
  );
  const { code, message, hint = '' } = refusal.cause;
  if (size !== refusal.fileBytes && code !== 'STAGING_NOT_WRITABLE') return node;
  return {
    ...node,
    description: code,
    icon: 'error',
    color: 'list.warningForeground',
    tooltip: [plain(message), plain(hint)].filter((line) => line !== '').join('\n\n'),
  };
}

function quarantineNode({ quarantined }: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  const records = figuresOf(session, tenant)?.counters.quarantined ?? 0;
  const { waitingFiles, runningFiles } = tenant;
  const files = quarantined.count(
    session,
    tenant.tenant,
    [waitingFiles, runningFiles, ...ingested(session, tenant)].join(),
  );
  const holds = [...(files > 0 ? [counted(files, 'file')] : []), ...(records > 0 ? [counted(records, 'record')] : [])];
  return {
    id: idOf(session, tenant, 'quarantine'),
    label: vscode.l10n.t('Quarantine'),
    description: holds.join(' · ') || vscode.l10n.t('empty'),
    icon: 'shield',
    ...(holds.length > 0 ? { color: 'list.warningForeground' } : {}),
    context: 'quarantine',
    target: { session, tenant: tenant.tenant },
    ...(holds.length > 0
      ? {
          load: {
            version: [files, ...ingested(session, tenant)].join(),
            read: () => quarantinedNodes(session, tenant),
          },
        }
      : {}),
  };
}

/** Files that are in quarantine, and files with rejected records, the newest first. */
async function quarantinedNodes(session: PlatformSession, tenant: TenantStatus): Promise<Node[]> {
  const records = (await session.client?.ingestionLog({ tenant: tenant.tenant, limit: 1000 })) ?? [];
  const whole = new Set<IngestionRecord>(await wholeFilesOf(session.folder, records));
  return records
    .flatMap((record) => [
      ...(whole.has(record) ? [wholeFileNode(session, tenant, record)] : []),
      ...(record.quarantine === null ? [] : [rejectsNode(session, tenant, record, record.quarantine)]),
    ])
    .slice(0, shownFiles);
}

function wholeFileNode(session: PlatformSession, tenant: TenantStatus, record: IngestionRecord): Node {
  const { file, location, cause, outcome, runId } = record;
  return {
    id: idOf(session, tenant, `quarantine.${location ?? ''}`),
    label: file,
    description: cause?.code ?? outcome,
    icon: 'error',
    color: 'testing.iconFailed',
    context: 'quarantined',
    tooltip: [plain(cause?.message ?? ''), plain(cause?.hint ?? '')].filter((line) => line !== '').join('\n\n'),
    command: {
      command: 'mysimbdp.openQuarantine',
      title: vscode.l10n.t('Open'),
      arguments: [{ session, tenant: tenant.tenant, file: location }],
    },
    target: { session, tenant: tenant.tenant, ...(runId === null ? {} : { runId }) },
  };
}

function rejectsNode(
  session: PlatformSession,
  tenant: TenantStatus,
  { file, counters, runId }: IngestionRecord,
  quarantine: string,
): Node {
  return {
    id: idOf(session, tenant, `quarantine.${quarantine}`),
    label: file,
    description: counted(counters.quarantined, 'record'),
    icon: 'file',
    context: 'rejected',
    tooltip: plain(relative(session.folder.root, quarantine)),
    command: {
      command: 'mysimbdp.openQuarantine',
      title: vscode.l10n.t('Open'),
      arguments: [{ session, tenant: tenant.tenant, quarantine }],
    },
    target: { session, tenant: tenant.tenant, ...(runId === null ? {} : { runId }) },
  };
}

function tablesNode({ services }: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  return {
    id: idOf(session, tenant, 'tables'),
    label: vscode.l10n.t('Tables'),
    icon: 'database',
    context: 'tables',
    target: { session, tenant: tenant.tenant },
    load: {
      version: [storedByRuns(session, tenant), ...ingested(session, tenant)].join(),
      read: () => tableNodes(services, session, tenant),
    },
  };
}

/** Rows that runs under way have written. */
function storedByRuns({ status }: PlatformSession, { tenant }: TenantStatus): number {
  const runs = (status?.runs ?? []).filter((run) => run.tenant === tenant);
  return runs.reduce((sum, { report }) => sum + (report?.counters.rows ?? 0), 0);
}

async function tableNodes(services: Services, session: PlatformSession, tenant: TenantStatus): Promise<Node[]> {
  const tables = await (await services.reader()).tables(keyspaceOf(session, tenant.tenant));
  if (tables.length === 0) {
    const label = vscode.l10n.t('No table yet: the first run makes it.');
    return [{ id: idOf(session, tenant, 'tables#none'), label, icon: 'info' }];
  }
  return tables.map(({ spec, rows }): Node => ({
    id: idOf(session, tenant, `table.${spec.name}`),
    label: spec.name,
    description: rowsOf(rows),
    icon: 'table',
    context: 'table',
    tooltip: spec.columns.map(({ name, type }) => `\`${name}\` ${plain(type)}`).join('  \n'),
    command: {
      command: 'mysimbdp.previewTable',
      title: vscode.l10n.t('Preview'),
      arguments: [{ session, tenant: tenant.tenant, table: spec.name }],
    },
    target: { session, tenant: tenant.tenant, table: spec.name },
  }));
}

/** Where the tenant's tables are. */
export function keyspaceOf({ folder }: PlatformSession, tenant: string): KeyspacePlace {
  return { folder: folder.root, tenant };
}
