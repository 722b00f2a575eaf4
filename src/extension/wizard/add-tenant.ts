import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { ProfileLoader } from '../../tenants/profile-loader.ts';
import { Cancelled } from '../cancelled.ts';
import { choosePlatform } from '../commands/choose.ts';
import { savePlatformFile } from '../documents/save-first.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { nativePrompts } from './native-prompts.ts';
import { runSteps } from './step.ts';
import type { KnownPlatform, OfferedTemplate, TenantWizard } from './tenant-wizard.ts';

/** Where a wizard is started from. */
interface WizardStart {
  /** Absolute path of a file that the tenant is made for. */
  sample?: string;
}

/**
 * Asks for everything about a new tenant, makes its folder, registers it and opens its app.
 * @returns the platform and the tenant @throws Cancelled when the user leaves; then nothing is made
 */
export async function addTenant(
  services: Services,
  from: unknown,
): Promise<{ session: PlatformSession; tenant: string }> {
  const session = await choosePlatform(services, from);
  // Plans and limits that are offered are those of the file as it stands in the editor.
  await savePlatformFile(session.folder);
  const { sample } = (from ?? {}) as WizardStart;
  const { ProfileLoader } = await import('../../tenants/profile-loader.ts');
  const loader = new ProfileLoader(session.folder);
  try {
    const wizard = await startWizard(session.folder, loader, sample);
    const { tenantSteps } = await import('./steps/all-steps.ts');
    const agreed = await runSteps(tenantSteps, wizard, nativePrompts(vscode.l10n.t('Add Tenant')));
    if (!agreed) throw new Cancelled();
    await make(session, wizard);
    services.log.info(`${session.name}: the tenant ${wizard.tenant} is added`);
    await openApp(session, wizard.tenant);
    void tellAdded(session, wizard.tenant);
    return { session, tenant: wizard.tenant };
  } finally {
    await loader.dispose();
  }
}

/** Reads what the steps need to know. @throws PlatformError when mysimbdp.yaml has errors or takes no more tenants */
async function startWizard(folder: PlatformFolder, loader: ProfileLoader, sample?: string): Promise<TenantWizard> {
  const [{ listTemplates, readTemplateProfile }, { platformFileInvalid, tooManyTenants }, { tenantWizard }] =
    await Promise.all([
      import('../../tenants/scaffold.ts'),
      import('../../tenants/registry.ts'),
      import('./tenant-wizard.ts'),
    ]);
  const { settings, present, registered, diagnostics } = await loader.load();
  if (!settings) throw platformFileInvalid(diagnostics);
  if (registered.length >= settings.limits.maxTenants) throw tooManyTenants(settings.limits.maxTenants);
  const known: KnownPlatform = {
    folder,
    settings,
    registered: new Set(registered),
    present: new Set(present),
    folders: new Set(await readdir(folder.tenants).catch((): string[] => [])),
  };
  const templates: OfferedTemplate[] = [];
  for (const template of await listTemplates()) {
    templates.push({ ...template, profile: await readTemplateProfile(template.name) });
  }
  const seen = sample === undefined ? undefined : { path: sample, seen: await loader.examineSample(sample) };
  return tenantWizard(known, templates, loader, seen);
}

async function make(session: PlatformSession, wizard: TenantWizard): Promise<void> {
  const { folder } = session;
  const [{ draftOf, makesFolder }, { createTenantFromDraft }, { refreshEditorSupport }, { registerTenant }] =
    await Promise.all([
      import('./tenant-wizard.ts'),
      import('../../tenants/tenant-draft.ts'),
      import('../../tenants/editor-support.ts'),
      import('../../tenants/registry.ts'),
    ]);
  await savePlatformFile(folder);
  if (makesFolder(wizard)) await createTenantFromDraft(folder, draftOf(wizard));
  await (session.client ? session.client.addTenant(wizard.tenant) : registerTenant(folder, wizard.tenant));
  await refreshEditorSupport(folder);
}

async function openApp(session: PlatformSession, tenant: string): Promise<void> {
  const { appFile } = await import('../../tenants/tenant-draft.ts');
  const file = (await appFile(session.folder, tenant)) ?? session.folder.profile(tenant);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

async function tellAdded(session: PlatformSession, tenant: string): Promise<void> {
  const start = vscode.l10n.t('Start Platform');
  const staging = vscode.l10n.t('Open Staging');
  const profile = vscode.l10n.t('Open Profile');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The tenant {0} is registered. Its files go into tenants/{0}/staging.', tenant),
    staging,
    profile,
    ...(session.isUp ? [] : [start]),
  );
  const target = { session, tenant };
  if (chosen === staging) await vscode.commands.executeCommand('mysimbdp.openStaging', target);
  if (chosen === profile) await vscode.commands.executeCommand('mysimbdp.editProfile', target);
  if (chosen === start) await vscode.commands.executeCommand('mysimbdp.startPlatform', { session });
}
