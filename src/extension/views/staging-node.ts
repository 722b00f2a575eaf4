import * as vscode from 'vscode';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';
import type { TenantStatus } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { bytes, count, counted, plain } from './figures.ts';
import type { Node } from './node.ts';
import { idOf, ingested, open, refusedText, shownFiles, type Ports } from './tenant-part.ts';

/** The staging directory of a tenant: what waits, and what was refused with its reason. */
export function stagingNode(_: Ports, session: PlatformSession, tenant: TenantStatus): Node {
  const folder = vscode.Uri.file(session.folder.staging(tenant.tenant));
  const { waitingFiles, waitingBytes, runningFiles, refusedFiles, deferredFiles } = tenant;
  const holds = [
    ...(waitingFiles > 0
      ? [vscode.l10n.t('{0} waiting, {1}', counted(waitingFiles, 'file'), bytes(waitingBytes))]
      : []),
    ...(deferredFiles > 0 ? [vscode.l10n.t('{0} over the quota of the day', count(deferredFiles))] : []),
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
      version: [
        waitingFiles,
        waitingBytes,
        runningFiles,
        refusedFiles,
        deferredFiles,
        ...ingested(session, tenant),
      ].join(),
      read: () => stagedNodes(session, tenant, folder),
    },
  };
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
