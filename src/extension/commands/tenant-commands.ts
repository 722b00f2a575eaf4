import * as vscode from 'vscode';
import { savePlatformFile } from '../documents/save-first.ts';
import type { Services } from '../services.ts';
import { choosePresentTenant, chooseTenant } from './choose.ts';
import type { CommandHandler } from './command.ts';
import { removeTenant } from './remove-tenant.ts';

async function editProfile(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await choosePresentTenant(services, from);
  await vscode.window.showTextDocument(vscode.Uri.file(session.folder.profile(tenant)));
}

async function registerTenant(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from, ({ registered }) => !registered);
  const registry = await import('../../tenants/registry.ts');
  await savePlatformFile(session.folder);
  await (session.client ? session.client.addTenant(tenant) : registry.registerTenant(session.folder, tenant));
}

function enable(enabled: boolean): CommandHandler {
  return async (services, from) => {
    const { session, tenant } = await chooseTenant(services, from, (one) => one.registered && one.enabled !== enabled);
    const { setTenantEnabled } = await import('../../tenants/registry.ts');
    await savePlatformFile(session.folder);
    await (session.client
      ? session.client.setTenantEnabled(tenant, enabled)
      : setTenantEnabled(session.folder, tenant, enabled));
  };
}

async function showTenantLog(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await chooseTenant(services, from);
  // Tenants of several platforms may have the same name.
  const several = services.platforms.sessions.length > 1;
  services.logs.show(several ? `${session.name} ${tenant}` : tenant, session.folder.batchAppLog(tenant));
}

export const tenantCommands: Record<string, CommandHandler> = {
  'mysimbdp.editProfile': editProfile,
  'mysimbdp.registerTenant': registerTenant,
  'mysimbdp.removeTenant': removeTenant,
  'mysimbdp.enableTenant': enable(true),
  'mysimbdp.disableTenant': enable(false),
  'mysimbdp.showTenantLog': showTenantLog,
};
