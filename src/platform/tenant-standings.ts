import { profileBroken, tenantDisabled, tenantNotPresent, tenantUnregistered } from '../batch/faults.ts';
import type { TenantStanding } from '../batch/tenant-desk.ts';
import type { LoadedPlatform } from '../tenants/load.ts';

/** How every tenant of the platform folder stands: present or registered, with a profile that works or the reason why not. */
export function tenantStandings(loaded: LoadedPlatform): Map<string, TenantStanding> {
  const { settings, present, registered, profiles, diagnostics } = loaded;
  const enabled = new Map((settings?.tenants ?? []).map((tenant) => [tenant.name, tenant.enabled]));
  const standings = new Map<string, TenantStanding>();
  for (const tenant of new Set([...present, ...registered])) {
    const profile = profiles.get(tenant) ?? null;
    const isRegistered = registered.includes(tenant);
    const isEnabled = isRegistered && (enabled.get(tenant) ?? false);
    const errors = diagnostics.filter(
      ({ file, severity }) => severity === 'error' && file === `tenants/${tenant}/tenant.yaml`,
    );
    const first = errors[0];
    const problem = !isRegistered
      ? tenantUnregistered(tenant)
      : !present.includes(tenant)
        ? tenantNotPresent(tenant)
        : !profile
          ? profileBroken(
              tenant,
              errors.length,
              first ? `${first.file}:${first.line}: ${first.message}` : 'see mysimbdp.yaml',
            )
          : !isEnabled
            ? tenantDisabled(tenant)
            : null;
    standings.set(tenant, { registered: isRegistered, enabled: isEnabled, profile, problem });
  }
  return standings;
}
