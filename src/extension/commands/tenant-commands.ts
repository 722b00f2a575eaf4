import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { chooseTenant } from './choose.ts';
import { Cancelled, type CommandHandler } from './command.ts';

async function editProfile(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from);
  await vscode.window.showTextDocument(vscode.Uri.file(session.folder.profile(tenant)));
}

async function removeTenant(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from, ({ registered }) => registered);
  const unregister = vscode.l10n.t('Unregister, Keep Its Data');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove the tenant {0} from {1}?', tenant, session.name),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Nothing is ingested for it any more; runs under way finish first. Its folder tenants/{0} and its rows, archive and quarantine in .mysimbdp stay as they are.',
        tenant,
      ),
    },
    unregister,
  );
  if (chosen !== unregister) throw new Cancelled();
  const { unregisterTenant } = await import('../../tenants/registry.ts');
  await (session.client ? session.client.removeTenant(tenant) : unregisterTenant(session.folder, tenant));
}

async function registerTenant(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from, ({ registered }) => !registered);
  const registry = await import('../../tenants/registry.ts');
  await (session.client ? session.client.addTenant(tenant) : registry.registerTenant(session.folder, tenant));
}

function enable(enabled: boolean): CommandHandler {
  return async (services, from) => {
    const { session, tenant } = await chooseTenant(services, from, (one) => one.registered && one.enabled !== enabled);
    const { setTenantEnabled } = await import('../../tenants/registry.ts');
    await (session.client
      ? session.client.setTenantEnabled(tenant, enabled)
      : setTenantEnabled(session.folder, tenant, enabled));
  };
}

async function showTenantLog(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from);
  await services.logs.show(tenant, session.folder.batchAppLog(tenant));
}

export const tenantCommands: Record<string, CommandHandler> = {
  'mysimbdp.editProfile': editProfile,
  'mysimbdp.registerTenant': registerTenant,
  'mysimbdp.removeTenant': removeTenant,
  'mysimbdp.enableTenant': enable(true),
  'mysimbdp.disableTenant': enable(false),
  'mysimbdp.showTenantLog': showTenantLog,
};
