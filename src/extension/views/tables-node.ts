import * as vscode from 'vscode';
import type { KeyspacePlace } from '../../coredms/reader-thread.ts';
import type { TenantStatus } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { plain, rowsOf } from './figures.ts';
import type { Node } from './node.ts';
import { idOf, ingested, type Ports } from './tenant-part.ts';

/** The tables of a tenant, each with the rows that it has. */
export function tablesNode({ services }: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  return {
    id: idOf(session, tenant, 'tables'),
    label: vscode.l10n.t('Tables'),
    icon: 'database',
    context: 'tables',
    target: { session, tenant: tenant.tenant },
    load: {
      version: [vscode.workspace.isTrusted, storedByRuns(session, tenant), ...ingested(session, tenant)].join(),
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
  if (!vscode.workspace.isTrusted) {
    const label = vscode.l10n.t('Tables are read only where the workspace is trusted.');
    return [{ id: idOf(session, tenant, 'tables#untrusted'), label, icon: 'workspace-untrusted' }];
  }
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
