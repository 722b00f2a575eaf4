import { join, sep } from 'node:path';
import * as vscode from 'vscode';
import type { BatchApp, TenantProfile } from '../../tenants/effective-profile.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { Cancelled } from '../cancelled.ts';
import { chooseTenant, targetOf } from '../commands/choose.ts';
import { saveProfileAndApps } from '../documents/save-first.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';

/** An app of a tenant, by the names that stay when its profile is read again. */
export interface SampleTarget {
  session: PlatformSession;
  tenant: string;
  app: string;
}

/** The app that a command is about to run: the argument's, the one in the active editor, or one that is asked for; saved. */
export async function chooseApp(services: Services, from: unknown): Promise<SampleTarget & { profile: TenantProfile }> {
  await services.platforms.settled();
  const file = from instanceof vscode.Uri ? from : from === undefined ? activeFile() : undefined;
  const place = file && appFileOf(services, file);
  const { session, tenant } = await chooseTenant(services, place ?? from);
  await saveProfileAndApps(session.folder, tenant);
  const { loadTenant } = await import('../../tenants/load-tenant.ts');
  const profile = await loadTenant(session.folder, tenant);
  const inEditor = place ? appOfFile(profile, file.fsPath)?.name : undefined;
  const app = targetOf(from).app ?? inEditor ?? (await pickApp(profile));
  return { session, tenant, app, profile };
}

export function activeFile(): vscode.Uri | undefined {
  return vscode.window.activeTextEditor?.document.uri;
}

/** The platform and tenant in whose `apps` a file is. */
export function appFileOf(
  { platforms }: Services,
  file: vscode.Uri,
): { session: PlatformSession; tenant: string } | undefined {
  const session = platforms.sessionOfFile(file);
  if (!session || !isBelow(session.folder.tenants, file.fsPath)) return undefined;
  const [tenant, apps] = file.fsPath.slice(session.folder.tenants.length + 1).split(sep);
  return tenant !== undefined && apps === 'apps' ? { session, tenant } : undefined;
}

/** The app that a file is the code of. */
export function appOfFile({ apps }: TenantProfile, path: string): BatchApp | undefined {
  return (
    apps.find(({ code }) => code.form === 'module' && code.entry === path) ??
    apps.find(({ folder }) => isBelow(folder, path))
  );
}

export function isBelow(folder: string, path: string): boolean {
  return path.startsWith(join(folder, sep));
}

async function pickApp({ apps, tenant }: TenantProfile): Promise<string> {
  const [only] = apps;
  if (apps.length === 1 && only) return only.name;
  if (!only) {
    throw new PlatformError({
      code: 'NO_APP',
      message: vscode.l10n.t('The tenant {0} has no batch app.', tenant),
      hint: vscode.l10n.t('Add one to its service profile.'),
    });
  }
  const picked = await vscode.window.showQuickPick(
    apps.map(({ name, files }) => ({ label: name, description: files })),
    { title: vscode.l10n.t('Which app of {0}?', tenant) },
  );
  if (!picked) throw new Cancelled();
  return picked.label;
}
