import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { PlatformError } from '../foundation/errors.ts';
import { isName } from '../foundation/names.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { registerTenant, setTenantEnabled, unregisterTenant } from '../tenants/registry.ts';
import { createTenantFromTemplate, listTemplates, sampleTemplate, type Template } from '../tenants/scaffold.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { runningPlatform } from './platform-access.ts';

function templateNeeded(tenant: string, templates: readonly Template[]): PlatformError {
  return new PlatformError({
    code: 'TEMPLATE_NEEDED',
    message: `there is no folder tenants/${tenant} yet, and no template to make it from`,
    hint: `Add --template with one of: ${templates.map(({ name }) => name).join(', ')}; or --sample FILE with a file of the tenant.`,
    kind: 'usage',
  });
}

function sampleWithoutUse(template: string): PlatformError {
  return new PlatformError({
    code: 'SAMPLE_WITHOUT_USE',
    message: `the template ${template} does not look at a sample`,
    hint: `Leave out --sample, or use --template ${sampleTemplate}.`,
    kind: 'usage',
  });
}

export function invalidTenantName(tenant: string): PlatformError {
  return new PlatformError({
    code: 'INVALID_NAME',
    message: `"${tenant}" is not a name of a tenant`,
    hint: 'Names have lower-case letters, digits and single underscores, and at most 40 characters.',
    kind: 'usage',
  });
}

/** Makes the tenant from a template when it is not there yet, and registers it. */
export async function addTenant(
  { terminal, workingFolder }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string,
  { template, sample }: { template?: string; sample?: string },
): Promise<number> {
  const wanted = template ?? (sample === undefined ? undefined : sampleTemplate);
  if (sample !== undefined && template !== undefined && template !== sampleTemplate) throw sampleWithoutUse(template);
  if (!isName(tenant)) throw invalidTenantName(tenant);
  if (wanted === undefined) {
    if (!existsSync(folder.tenant(tenant))) throw templateNeeded(tenant, await listTemplates());
  } else {
    const { notes } = await createTenantFromTemplate(
      folder,
      tenant,
      wanted,
      sample === undefined ? {} : { sample: resolve(workingFolder, sample) },
    );
    terminal.print(
      `Made ${relative(folder.root, folder.tenant(tenant))} from the template ${wanted}.`,
      ...notes.map((note) => `  ${note}`),
    );
  }
  const running = await runningPlatform(folder);
  await (running ? running.client.addTenant(tenant) : registerTenant(folder, tenant));
  terminal.print(
    `Registered ${tenant}.`,
    `  profile  ${relative(folder.root, folder.profile(tenant))}`,
    `  staging  ${relative(folder.root, folder.staging(tenant))}`,
  );
  return exitStatus.done;
}

export async function removeTenant(
  { terminal }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string,
): Promise<number> {
  const running = await runningPlatform(folder);
  await (running ? running.client.removeTenant(tenant) : unregisterTenant(folder, tenant));
  terminal.print(`Unregistered ${tenant}; its folder and its data stay. (--data deletes them.)`);
  return exitStatus.done;
}

export async function enableTenant(
  { terminal }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string,
  enabled: boolean,
): Promise<number> {
  const running = await runningPlatform(folder);
  await (running ? running.client.setTenantEnabled(tenant, enabled) : setTenantEnabled(folder, tenant, enabled));
  terminal.print(`${enabled ? 'Enabled' : 'Disabled'} ${tenant}.`);
  return exitStatus.done;
}
