import type { TenantProfile } from './effective-profile.ts';
import { fileGlob } from './file-glob.ts';

/** A tenant that takes files of these names. */
export interface FittingTenant {
  tenant: string;
  /** The app that takes all of them; undefined when several share them. */
  app: string | undefined;
  /** Those of the names that it takes. */
  takes: string[];
}

/** The tenants with an app for at least one of the file names; those that take most of them first. */
export function fittingTenants(profiles: Iterable<TenantProfile>, names: readonly string[]): FittingTenant[] {
  const found: FittingTenant[] = [];
  for (const { tenant, apps, batch } of profiles) {
    const globs = apps.map(({ name, files }) => ({ name, takes: fileGlob(files) }));
    const allowed = (name: string) =>
      batch.files.extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`));
    const of = names.flatMap((name) => {
      // The first app whose glob fits gets a file.
      const app = allowed(name) ? globs.find(({ takes }) => takes(name)) : undefined;
      return app ? [{ name, app: app.name }] : [];
    });
    const [first] = of;
    if (!first) continue;
    const app = of.every((one) => one.app === first.app) ? first.app : undefined;
    found.push({ tenant, app, takes: of.map(({ name }) => name) });
  }
  return found.sort((a, b) => b.takes.length - a.takes.length || (a.tenant < b.tenant ? -1 : 1));
}
