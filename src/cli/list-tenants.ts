import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { loadPlatform } from '../tenants/load.ts';
import type { CliEnvironment } from './command-context.ts';
import { exitStatus } from './errors.ts';
import { counted } from './terminal/figures.ts';
import { table } from './terminal/table.ts';

/** A tenant as its files describe it, whether or not the platform is up. */
interface ListedTenant {
  tenant: string;
  present: boolean;
  registered: boolean;
  enabled: boolean;
  plan: string | null;
  apps: string[];
  tables: string[];
  /** Errors in its profile. */
  errors: number;
}

export async function listTenants(
  { terminal }: CliEnvironment,
  folder: PlatformFolder,
  json: boolean,
): Promise<number> {
  const tenants = await listed(folder);
  if (json) terminal.print(JSON.stringify(tenants));
  else if (tenants.length === 0) {
    terminal.print('No tenants. Add one with "mysimbdp tenant add <tenant> --template <template>".');
  } else {
    terminal.print(
      ...table(
        [
          { title: 'tenant' },
          { title: 'state' },
          { title: 'plan' },
          { title: 'apps', flexible: true },
          { title: 'tables', flexible: true },
          { title: 'profile' },
        ],
        tenants.map((tenant) => [
          tenant.tenant,
          stateOf(tenant),
          tenant.plan ?? '–',
          tenant.apps.join(', ') || '–',
          tenant.tables.join(', ') || '–',
          !tenant.present ? 'missing' : tenant.errors > 0 ? counted(tenant.errors, 'error') : 'valid',
        ]),
        { width: terminal.columns },
      ),
    );
    if (tenants.some(({ errors }) => errors > 0)) terminal.note('See the errors with "mysimbdp profile check".');
  }
  return exitStatus.done;
}

async function listed(folder: PlatformFolder): Promise<ListedTenant[]> {
  const { settings, present, registered, profiles, diagnostics } = await loadPlatform(folder);
  return [...new Set([...present, ...registered])].sort().map((tenant) => {
    const profile = profiles.get(tenant);
    return {
      tenant,
      present: present.includes(tenant),
      registered: registered.includes(tenant),
      enabled: settings?.tenants.find(({ name }) => name === tenant)?.enabled ?? false,
      plan: profile?.plan ?? null,
      apps: profile?.apps.map(({ name }) => name) ?? [],
      tables: profile?.tables.map(({ name }) => name) ?? [],
      errors: diagnostics.filter(
        ({ file, severity }) => severity === 'error' && file === `tenants/${tenant}/tenant.yaml`,
      ).length,
    };
  });
}

function stateOf({ registered, enabled }: ListedTenant): string {
  return registered ? (enabled ? 'enabled' : 'disabled') : 'not registered';
}
