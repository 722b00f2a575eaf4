import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';
import type { TenantStatus } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { wholeFilesOf } from '../quarantine/whole-files.ts';
import { counted, plain } from './figures.ts';
import type { Node } from './node.ts';
import { figuresOf, idOf, ingested, shownFiles, type Ports } from './tenant-part.ts';

/** What of a tenant is in quarantine: whole files, and files of rejected records. */
export function quarantineNode({ quarantined }: Ports, session: PlatformSession, tenant: TenantStatus): Node {
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
