import * as vscode from 'vscode';
import type { TenantPart } from '../../platform/tenant-data.ts';
import { Cancelled } from '../cancelled.ts';
import { savePlatformFile } from '../documents/save-first.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { bytes, counted } from '../views/figures.ts';
import { chooseTenant } from './choose.ts';

/** Unregisters a tenant, or deletes it with everything that it has; which of the two, and what that is, the user is asked. */
export async function removeTenant(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from);
  const registered = (await session.tenants()).some((one) => one.tenant === tenant && one.registered);
  if (registered && (await askWhether(session, tenant)) === 'keep') {
    const { unregisterTenant } = await import('../../tenants/registry.ts');
    await savePlatformFile(session.folder);
    await (session.client ? session.client.removeTenant(tenant) : unregisterTenant(session.folder, tenant));
    return;
  }
  await agreeToDelete(session, tenant);
  await savePlatformFile(session.folder);
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Deleting the tenant {0}', tenant) },
    () => deleteTenant(session, tenant),
  );
  services.log.info(`${session.name}: the tenant ${tenant} is deleted with everything that it had`);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The tenant {0} is deleted with everything that it had.', tenant),
  );
}

async function askWhether(session: PlatformSession, tenant: string): Promise<'keep' | 'delete'> {
  const unregister = vscode.l10n.t('Unregister, Keep Its Data');
  const remove = vscode.l10n.t('Delete with Its Data…');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove the tenant {0} from {1}?', tenant, session.name),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Unregistered, nothing is ingested for it any more; runs under way finish first. Its folder tenants/{0} and its rows, archive and quarantine in .mysimbdp stay as they are. With its data all of that goes as well; you are shown first what it is.',
        tenant,
      ),
    },
    unregister,
    remove,
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen === unregister ? 'keep' : 'delete';
}

/** Names everything that goes, and where it is. @throws Cancelled */
async function agreeToDelete({ folder }: PlatformSession, tenant: string): Promise<void> {
  const { tenantParts } = await import('../../platform/tenant-data.ts');
  const parts = await tenantParts(folder, tenant);
  const remove = vscode.l10n.t('Delete Everything');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the tenant {0} with everything that it has?', tenant),
    {
      modal: true,
      detail: [
        vscode.l10n.t('This cannot be undone. What goes:'),
        ...parts.map((part) => `• ${partText(part)}`),
        `• ${vscode.l10n.t('what is remembered of its files and runs: ledger, ingestion log, statistics')}`,
      ].join('\n'),
    },
    remove,
  );
  if (chosen !== remove) throw new Cancelled();
}

function partText({ kind, path, files, bytes: size }: TenantPart): string {
  const measure = `${path} (${counted(files, 'file')}, ${bytes(size)})`;
  switch (kind) {
    case 'rows':
      return vscode.l10n.t('all its rows: {0}', measure);
    case 'archive':
      return vscode.l10n.t('archived files: {0}', measure);
    case 'quarantine':
      return vscode.l10n.t('files and records in quarantine: {0}', measure);
    case 'work':
      return vscode.l10n.t('files of runs that were cut off: {0}', measure);
    case 'logs':
      return vscode.l10n.t('its logs: {0}', measure);
    case 'staging':
      return vscode.l10n.t('files that wait in staging: {0}', measure);
    case 'folder':
      return vscode.l10n.t('its folder with service profile and apps: {0}', measure);
  }
}

async function deleteTenant({ client, folder }: PlatformSession, tenant: string): Promise<void> {
  if (client) return client.removeTenant(tenant, true);
  const { removeTenantOffline } = await import('../../platform/remove-tenant.ts');
  return removeTenantOffline(folder, tenant);
}
