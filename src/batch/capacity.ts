import type { RateLimit } from '../protocol/jobs.ts';
import type { PlatformSettings, TenantProfile } from '../tenants/effective-profile.ts';
import type { ActiveRuns } from './active-runs.ts';
import { perRun, shareCapacity } from './rate-shares.ts';

/** A tenant that has runs, or is about to have one. */
interface ActiveTenant {
  profile: TenantProfile;
  runs: number;
}

const bytes = (megabytes: number | null) => (megabytes === null ? null : megabytes * 1e6);

/** The rate of each run of each tenant, by tenant, when the platform's capacity is shared among those that are active now. */
export function ratesOfRuns(
  tenants: ReadonlyMap<string, ActiveTenant>,
  capacity: PlatformSettings['capacity'],
): Map<string, RateLimit> {
  const active = [...tenants.values()];
  const rows = shareCapacity(
    capacity.rowsPerSecond,
    active.map(({ profile: { weight, batch, guaranteed } }) => ({
      weight,
      most: batch.quota.rowsPerSecond,
      guaranteed: guaranteed.rowsPerSecond,
    })),
  );
  const volume = shareCapacity(
    bytes(capacity.mbPerSecond),
    active.map(({ profile: { weight, batch, guaranteed } }) => ({
      weight,
      most: bytes(batch.quota.mbPerSecond),
      guaranteed: bytes(guaranteed.mbPerSecond),
    })),
  );
  return new Map(
    [...tenants].map(([tenant, { runs }], i) => [
      tenant,
      perRun({ rowsPerSecond: rows[i] ?? null, bytesPerSecond: volume[i] ?? null }, runs),
    ]),
  );
}

/** Gives every run its rate of now, in runners that are at work; rates that were set by hand stay. */
export function applyRates(runs: ActiveRuns, rates: ReadonlyMap<string, RateLimit>): void {
  for (const run of runs.all()) {
    const rate = rates.get(run.facts.tenant);
    const now = run.directives.rate;
    if (!rate || run.rateIsSet) continue;
    if (now.rowsPerSecond === rate.rowsPerSecond && now.bytesPerSecond === rate.bytesPerSecond) continue;
    run.direct({ rate });
  }
}
