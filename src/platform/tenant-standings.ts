import { profileBroken, tenantDisabled, tenantNotPresent, tenantUnregistered } from '../batch/faults.ts';
import type { TenantStanding } from '../batch/tenant-desk.ts';
import type { Diagnostic } from '../tenants/diagnostics.ts';
import type { LoadedPlatform } from '../tenants/load.ts';

/** How every tenant of the platform folder stands: present or registered, with a profile that works or the reason why not. */
export function tenantStandings(loaded: LoadedPlatform): Map<string, TenantStanding> {
  const enabled = new Map((loaded.settings?.tenants ?? []).map((tenant) => [tenant.name, tenant.enabled]));
  const [present, registered] = [new Set(loaded.present), new Set(loaded.registered)];
  const errors = errorsByFile(loaded.diagnostics);
  const standings = new Map<string, TenantStanding>();
  for (const tenant of new Set([...present, ...registered])) {
    const profile = loaded.profiles.get(tenant) ?? null;
    const isRegistered = registered.has(tenant);
    const isEnabled = isRegistered && (enabled.get(tenant) ?? false);
    const problemOf = () => {
      if (!isRegistered) return tenantUnregistered(tenant);
      if (!present.has(tenant)) return tenantNotPresent(tenant);
      if (!profile) return brokenBy(errors.get(`tenants/${tenant}/tenant.yaml`) ?? [], tenant);
      return isEnabled ? null : tenantDisabled(tenant);
    };
    standings.set(tenant, { registered: isRegistered, enabled: isEnabled, profile, problem: problemOf() });
  }
  return standings;
}

function errorsByFile(diagnostics: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const errors = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity !== 'error') continue;
    const others = errors.get(diagnostic.file);
    if (others) others.push(diagnostic);
    else errors.set(diagnostic.file, [diagnostic]);
  }
  return errors;
}

function brokenBy(errors: readonly Diagnostic[], tenant: string) {
  const [first] = errors;
  const where = first ? `${first.file}:${first.line}: ${first.message}` : 'see mysimbdp.yaml';
  return profileBroken(tenant, errors.length, where);
}
