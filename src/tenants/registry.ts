import { readFile } from 'node:fs/promises';
import { PlatformError } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { formatDiagnostic, type Diagnostic } from './diagnostics.ts';
import { loadPlatform } from './load.ts';
import { editPlatformFile, replacePlatformFile } from './platform-file-edit.ts';
import { addEntry, removeEntry, setEntryEnabled } from './tenant-list.ts';

/** Names a present tenant in mysimbdp.yaml. Comments and layout of the file stay. */
export async function registerTenant(folder: PlatformFolder, tenant: string): Promise<void> {
  await editPlatformFile(folder, async () => {
    const { present, registered, maxTenants } = await registration(folder);
    if (registered.includes(tenant)) throw alreadyRegistered(tenant);
    if (!present.includes(tenant)) throw tenantNotPresent(tenant, present);
    if (registered.length >= maxTenants) throw tooManyTenants(maxTenants);
    await edit(folder, (text) => addEntry(text, tenant));
  });
}

/** Takes the tenant out of mysimbdp.yaml; its folder and its data stay. */
export async function unregisterTenant(folder: PlatformFolder, tenant: string): Promise<void> {
  await editPlatformFile(folder, async () => {
    const { registered } = await registration(folder);
    if (!registered.includes(tenant)) throw tenantNotRegistered(tenant, registered);
    await edit(folder, (text) => removeEntry(text, tenant));
  });
}

/** As `unregisterTenant`; a tenant that is not registered is left as it is. */
export async function unregisterIfRegistered(folder: PlatformFolder, tenant: string): Promise<void> {
  await editPlatformFile(folder, async () => {
    const { registered } = await registration(folder);
    if (registered.includes(tenant)) await edit(folder, (text) => removeEntry(text, tenant));
  });
}

/** Lets the platform ingest for a registered tenant, or not. */
export async function setTenantEnabled(folder: PlatformFolder, tenant: string, enabled: boolean): Promise<void> {
  await editPlatformFile(folder, async () => {
    const { registered } = await registration(folder);
    if (!registered.includes(tenant)) throw tenantNotRegistered(tenant, registered);
    await edit(folder, (text) => setEntryEnabled(text, tenant, enabled));
  });
}

async function registration(
  folder: PlatformFolder,
): Promise<{ present: string[]; registered: string[]; maxTenants: number }> {
  const { settings, present, registered, diagnostics } = await loadPlatform(folder);
  if (settings) return { present, registered, maxTenants: settings.limits.maxTenants };
  throw platformFileInvalid(diagnostics);
}

async function edit(folder: PlatformFolder, change: (text: string) => string): Promise<void> {
  await replacePlatformFile(folder, change(await readFile(folder.platformFile, 'utf8')));
}

function nearHint(tenant: string, names: readonly string[]): string {
  const near = didYouMean(tenant, names);
  return near === undefined ? '' : `Did you mean "${near}"? `;
}

function tenantNotPresent(tenant: string, present: readonly string[]): PlatformError {
  return new PlatformError({
    code: 'TENANT_NOT_PRESENT',
    message: `there is no tenants/${tenant}/tenant.yaml in the platform folder`,
    hint: `${nearHint(tenant, present)}Make the tenant from a template, or put its folder below tenants/.`,
    kind: 'not-found',
  });
}

function alreadyRegistered(tenant: string): PlatformError {
  return new PlatformError({
    code: 'TENANT_ALREADY_REGISTERED',
    message: `the tenant ${tenant} is registered already`,
    hint: `See it with \`mysimbdp tenant list\`.`,
    kind: 'conflict',
  });
}

function tenantNotRegistered(tenant: string, registered: readonly string[]): PlatformError {
  return new PlatformError({
    code: 'TENANT_NOT_REGISTERED',
    message: `the tenant ${tenant} is not registered`,
    hint: `${nearHint(tenant, registered)}Register it with \`mysimbdp tenant add ${tenant}\`.`,
    kind: 'not-found',
  });
}

/** For what needs a sound mysimbdp.yaml. @param diagnostics of the platform folder */
export function platformFileInvalid(diagnostics: readonly Diagnostic[]): PlatformError {
  const first = diagnostics.find(({ file, severity }) => file === 'mysimbdp.yaml' && severity === 'error');
  return new PlatformError({
    code: 'PLATFORM_FILE_INVALID',
    message: first ? formatDiagnostic(first) : 'mysimbdp.yaml has errors',
    hint: 'Correct mysimbdp.yaml first; `mysimbdp profile check` shows everything that is wrong.',
    kind: 'usage',
  });
}

export function tooManyTenants(maxTenants: number): PlatformError {
  return new PlatformError({
    code: 'TOO_MANY_TENANTS',
    message: `the platform takes ${maxTenants} tenants and has that many`,
    hint: 'Raise limits.maxTenants in mysimbdp.yaml, or remove a tenant.',
    kind: 'conflict',
  });
}
