import { stat } from 'node:fs/promises';
import { messageOf, systemCode } from '../foundation/errors.ts';
import { isName } from '../foundation/names.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { checkApps } from './app-checks.ts';
import { defaults } from './defaults.ts';
import type { Diagnostic } from './diagnostics.ts';
import { fileStart, hasErrors } from './diagnostics.ts';
import type { PlatformSettings, TenantProfile } from './effective-profile.ts';
import { effectiveProfile } from './effective-profile.ts';
import { checkConstraints, checkResources } from './limit-checks.ts';
import type { PlatformFileContent } from './platform-file.ts';
import { tenantProfileSchema } from './profile-schema.ts';
import { checkAgainst, nearestName } from './schema-diagnostics.ts';
import { checkTables } from './table-checks.ts';
import { isInPlace, pathKind } from './tenant-paths.ts';
import { readYaml } from './yaml-file.ts';
import type { YamlSource } from './yaml-source.ts';

/** A profile with ten tables of a hundred columns has 30 kB. */
export const maxProfileBytes = 256 * 1024;

/** What a folder below `tenants/` turned out to be. */
export interface TenantFile {
  /** Name of the folder. */
  tenant: string;
  /** What `tenant:` says, when the file could be read that far. */
  declared: string | undefined;
  source: YamlSource | undefined;
  /** Only without errors. */
  profile: TenantProfile | undefined;
  diagnostics: Diagnostic[];
}

/** Reads and checks `tenants/<tenant>/tenant.yaml`; undefined when there is none. Never throws on what a tenant can do. */
export async function readTenant(
  folder: PlatformFolder,
  tenant: string,
  platform: PlatformFileContent,
): Promise<TenantFile | undefined> {
  const file = `tenants/${tenant}/tenant.yaml`;
  const refuse = (code: string, message: string, suggestion?: string): TenantFile => ({
    tenant,
    declared: undefined,
    source: undefined,
    profile: undefined,
    diagnostics: [
      { file, ...fileStart, severity: 'error', code, message, ...(suggestion === undefined ? {} : { suggestion }) },
    ],
  });
  try {
    const found = await stat(folder.profile(tenant));
    if (!isName(tenant)) {
      const rule = 'lower-case letters, digits and single underscores, at most 40 characters';
      const message = `the folder name ${JSON.stringify(tenant)} is not the name of a tenant: ${rule}`;
      return refuse('INVALID_NAME', message, nearestName(tenant));
    }
    if (!(await isInPlace(folder.tenants, tenant))) {
      return refuse('PATH_OUTSIDE_TENANT', `tenants/${tenant} or its tenant.yaml is a link to another place`);
    }
    if (!found.isFile()) return refuse('UNREADABLE', 'tenant.yaml is not a file');
    const source = await readYaml(folder.profile(tenant), file, maxProfileBytes);
    return await checkTenant(source, folder, tenant, platform);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return refuse('UNREADABLE', `the profile cannot be read: ${messageOf(error)}`);
  }
}

/** Checks the text of a profile, which may not be that on disk. */
export async function checkTenant(
  source: YamlSource,
  folder: PlatformFolder,
  tenant: string,
  { settings, known, planNames }: PlatformFileContent,
): Promise<TenantFile> {
  const checked = checkAgainst(tenantProfileSchema, source);
  if (!checked) return { tenant, declared: undefined, source, profile: undefined, diagnostics: source.diagnostics };
  const { valid, complete } = checked;
  if (valid.tenant !== undefined && valid.tenant !== tenant) {
    const message = `the profile says \`${valid.tenant}\`, its folder says \`${tenant}\`; they have to be one name`;
    source.report(['tenant'], 'value', { code: 'TENANT_NAME_MISMATCH', message, suggestion: tenant });
  }
  if (valid.plan !== undefined && planNames && !planNames.includes(valid.plan)) {
    const plans = planNames.length > 0 ? `its plans are ${planNames.join(', ')}` : 'it has no plans';
    const message = `mysimbdp.yaml has no plan \`${valid.plan}\`; ${plans}`;
    source.report(['plan'], 'value', {
      code: 'UNKNOWN_PLAN',
      message,
      suggestion: didYouMean(valid.plan, planNames),
    });
  }
  if ((await pathKind(folder.tenant(tenant), 'staging')) === 'outside') {
    const message = `tenants/${tenant}/staging is a link to a place outside the tenant's folder`;
    source.report([], 'value', { code: 'PATH_OUTSIDE_TENANT', message });
  }
  checkConstraints(source, ['batch'], valid.batch, known);
  checkTables(source, valid.tables);
  const plan = settings?.plans.get(valid.plan ?? '');
  const wanted = valid.batch?.files?.extensions?.filter((one) => one !== undefined) ?? plan?.batch?.files?.extensions;
  const apps = valid.apps ?? [];
  for (const [index, app] of apps.entries())
    checkResources(source, ['apps', index, 'resources'], app?.resources, known);
  await checkApps(source, apps, {
    folder,
    tenant,
    timeZone: settings?.timeZone ?? defaults.timeZone,
    extensions: wanted ?? known.limits.extensions,
  });
  const sound = complete !== undefined && settings !== undefined && !hasErrors(source.diagnostics);
  const profile = sound ? effectiveProfile(complete, settings) : undefined;
  if (profile && settings) checkGuarantee(source, profile, settings);
  return { tenant, declared: valid.tenant, source, profile, diagnostics: source.diagnostics };
}

function checkGuarantee(
  source: YamlSource,
  { guaranteed, batch: { quota } }: TenantProfile,
  { capacity }: PlatformSettings,
): void {
  for (const key of ['rowsPerSecond', 'mbPerSecond'] as const) {
    const least = guaranteed[key];
    const most = quota[key];
    // A guarantee over the capacity is the provider's matter.
    if (least === null || most === null || least <= most || most === capacity[key]) continue;
    const message = `the plan guarantees ${key} of ${least}, more than the quota of ${most} lets through`;
    source.report(['batch', 'quota', key], 'value', { code: 'GUARANTEE_OVER_QUOTA', severity: 'warning', message });
  }
}
