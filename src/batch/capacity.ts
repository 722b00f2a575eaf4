import type { RateLimit } from '../protocol/jobs.ts';
import type { PlatformSettings, TenantProfile } from '../tenants/effective-profile.ts';
import type { ActiveRuns } from './active-runs.ts';
import { perRun, shareCapacity } from './rate-shares.ts';
import type { TenantDesk } from './tenant-desk.ts';

/** A tenant that has runs, or is about to have one. */
interface ActiveTenant {
  tenant: string;
  profile: TenantProfile;
  /** Those whose rates are shared out. */
  runs: number;
  /** What its other runs have, whose rates were set by hand; null where one has no limit. */
  fixed: RateLimit;
}

const noRate: RateLimit = { rowsPerSecond: 0, bytesPerSecond: 0 };

/** The sum of rates; null where one has no limit. */
function totalOf(rates: readonly RateLimit[]): RateLimit {
  const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  return rates.reduce(
    (total, { rowsPerSecond, bytesPerSecond }) => ({
      rowsPerSecond: sum(total.rowsPerSecond, rowsPerSecond),
      bytesPerSecond: sum(total.bytesPerSecond, bytesPerSecond),
    }),
    noRate,
  );
}

/** What is left of a rate; what is taken without a limit cannot be reckoned with. */
const less = (rate: number | null, taken: number | null) => (rate === null ? null : Math.max(0, rate - (taken ?? 0)));

const bytes = (megabytes: number | null) => (megabytes === null ? null : megabytes * 1e6);

/**
 * The rate of each run of each tenant, by tenant, when the platform's capacity is shared among those that are active now and
 * what runs have that take no part in that is taken off.
 */
export function ratesOfRuns(
  desks: Iterable<TenantDesk>,
  live: ActiveRuns,
  capacity: PlatformSettings['capacity'],
): Map<string, RateLimit> {
  const active: ActiveTenant[] = [];
  const alone: RateLimit[] = [];
  for (const { tenant, lastProfile: profile, runs } of desks) {
    if (runs === 0) continue;
    // Runs of a tenant whose profile was never right since the start have what they began with.
    const own = live.of(tenant).filter(({ rateIsSet }) => rateIsSet || !profile);
    const rates = own.map(({ directives }) => directives.rate);
    alone.push(...rates);
    if (profile && runs > own.length) active.push({ tenant, profile, runs: runs - own.length, fixed: totalOf(rates) });
  }
  const fixed = totalOf(alone);
  const rows = shareCapacity(
    less(capacity.rowsPerSecond, fixed.rowsPerSecond),
    active.map(({ profile: { weight, batch, guaranteed }, fixed: own }) => ({
      weight,
      most: less(batch.quota.rowsPerSecond, own.rowsPerSecond),
      guaranteed: guaranteed.rowsPerSecond,
    })),
  );
  const volume = shareCapacity(
    less(bytes(capacity.mbPerSecond), fixed.bytesPerSecond),
    active.map(({ profile: { weight, batch, guaranteed }, fixed: own }) => ({
      weight,
      most: less(bytes(batch.quota.mbPerSecond), own.bytesPerSecond),
      guaranteed: bytes(guaranteed.mbPerSecond),
    })),
  );
  return new Map(
    active.map(({ tenant, runs }, i) => [
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
