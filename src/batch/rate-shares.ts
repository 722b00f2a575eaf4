import type { RateLimit } from '../protocol/jobs.ts';
import type { TenantProfile } from '../tenants/effective-profile.ts';
import type { LiveRun } from './active-runs.ts';

/** What each run of a tenant may take when its quota is shared by `runs` of them. */
export function quotaShare(profile: TenantProfile, runs: number): RateLimit {
  const { rowsPerSecond, mbPerSecond } = profile.batch.quota;
  const share = (limit: number | null) => (limit === null ? null : limit / Math.max(1, runs));
  return {
    rowsPerSecond: share(rowsPerSecond),
    bytesPerSecond: share(mbPerSecond === null ? null : mbPerSecond * 1e6),
  };
}

/** Shares a tenant's quota out anew among its runs; runs whose rate was set by hand keep it. */
export function shareQuota(profile: TenantProfile, runs: readonly LiveRun[]): void {
  const rate = quotaShare(profile, runs.length);
  for (const run of runs) {
    const now = run.directives.rate;
    if (run.rateIsSet || (now.rowsPerSecond === rate.rowsPerSecond && now.bytesPerSecond === rate.bytesPerSecond))
      continue;
    run.direct({ rate });
  }
}
