import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { PlatformError } from '../foundation/errors.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import type { BatchApp, TenantProfile } from './effective-profile.ts';
import { readPlatformFile } from './load.ts';
import { checkPlatformFile } from './platform-file.ts';
import { readTenant } from './tenant-file.ts';

/**
 * The profile of one tenant, registered or not, without looking at the others.
 * @throws PlatformError NOT_A_PLATFORM_FOLDER, TENANT_NOT_FOUND, PROFILE_BROKEN
 */
export async function loadTenant(folder: PlatformFolder, tenant: string): Promise<TenantProfile> {
  const platform = checkPlatformFile(await readPlatformFile(folder), folder);
  const file = await readTenant(folder, tenant, platform);
  if (file?.profile) return file.profile;
  if (!file) {
    throw new PlatformError({
      code: 'TENANT_NOT_FOUND',
      message: `there is no tenant ${tenant}: tenants/${tenant}/tenant.yaml is missing`,
      hint: 'mysimbdp tenant list names the tenants',
      kind: 'not-found',
    });
  }
  const first = file.diagnostics.find(({ severity }) => severity === 'error');
  throw new PlatformError({
    code: 'PROFILE_BROKEN',
    message: first
      ? `the profile of ${tenant} has an error: ${first.message} (${first.file}, line ${first.line})`
      : `mysimbdp.yaml has errors, without which the profile of ${tenant} cannot be read`,
    hint: `mysimbdp profile check ${tenant}`,
    kind: 'usage',
  });
}

/** An app of a profile; without a name the only one, or the first. @throws PlatformError APP_NOT_FOUND */
export function appOf(profile: TenantProfile, name: string | undefined): BatchApp {
  const app = name === undefined ? profile.apps[0] : profile.apps.find((one) => one.name === name);
  if (app) return app;
  const meant =
    name === undefined
      ? undefined
      : didYouMean(
          name,
          profile.apps.map((one) => one.name),
        );
  throw new PlatformError({
    code: 'APP_NOT_FOUND',
    message: `${profile.tenant} has no batch app ${name ?? ''}`.trimEnd(),
    hint: meant ? `did you mean ${meant}?` : 'the profile of the tenant names its apps',
    kind: 'not-found',
  });
}
