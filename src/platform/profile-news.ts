import type { LogLevel } from '../records/json-lines-log.ts';
import type { LoadedPlatform } from '../tenants/load.ts';
import type { tenantStandings } from './tenant-standings.ts';

/** Takes a line for the platform's log; `message` where a person who watches should know as well. */
type Tell = (level: LogLevel, type: string, fields: Record<string, unknown>, message?: string) => void;

/** Tells what is new whenever the profiles were read: of tenants, and of what is wrong, which is told once. */
export class ProfileNews {
  readonly #tell: Tell;
  #known = '';

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** @param before what held until now; undefined at the start */
  tenants(
    before: LoadedPlatform | undefined,
    now: LoadedPlatform,
    standings: ReturnType<typeof tenantStandings>,
  ): void {
    const [earlier, registered] = [new Set(before?.registered), new Set(now.registered)];
    for (const tenant of registered) if (!earlier.has(tenant)) this.#tell('info', 'tenant-registered', { tenant });
    for (const tenant of earlier) {
      if (registered.has(tenant)) continue;
      this.#tell('info', 'tenant-unregistered', { tenant }, `${tenant} is not registered any more`);
    }
    for (const [tenant, { profile }] of standings) {
      const version = before?.profiles.get(tenant)?.version;
      if (!profile || version === undefined || version === profile.version) continue;
      const message = `the profile of ${tenant} has changed; runs from now on follow it`;
      this.#tell('info', 'profile-changed', { tenant, version: profile.version }, message);
    }
  }

  diagnostics({ diagnostics }: LoadedPlatform): void {
    const known = JSON.stringify(diagnostics);
    if (known === this.#known) return;
    this.#known = known;
    for (const { file, line, column, severity, code, message, suggestion } of diagnostics) {
      const level = severity === 'error' ? 'error' : 'warn';
      const fields = { file, line, column, code, message, suggestion };
      this.#tell(level, 'profile-diagnostic', fields, `${file}:${line}:${column}: ${code}: ${message}`);
    }
  }
}
