import type { RateLimit } from '../protocol/jobs.ts';

/** A tenant that has runs now, in units/s; null means no limit. */
export interface Claimant {
  weight: number;
  /** What it may have at most: its quota. */
  most: number | null;
  /** What it gets in any case while it has work. */
  guaranteed: number | null;
}

/**
 * Shares a capacity out by weight, in one unit (records/s or bytes/s). Nobody gets more than its quota, and what it leaves is
 * shared among the others (weighted max-min fairness); nobody gets less than its guaranteed minimum, which others then pay
 * for. Guaranteed minima that do not fit into the capacity are granted all the same: the provider has sold them.
 *
 * @returns a share for each claimant, null for no limit
 */
export function shareCapacity(capacity: number | null, claimants: readonly Claimant[]): (number | null)[] {
  if (capacity === null) return claimants.map(({ most }) => most);
  const shares = claimants.map(({ guaranteed, most }) => Math.min(guaranteed ?? 0, most ?? Infinity));
  const floors = [...shares];
  // The level is the rate per unit of weight; raising it, each share follows between its floor and its quota.
  const at = (level: number) =>
    claimants.map(({ weight, most }, i) => Math.min(Math.max(level * weight, floors[i] ?? 0), most ?? Infinity));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  let low = 0;
  let high = capacity / Math.min(...claimants.map(({ weight }) => weight));
  if (sum(at(high)) <= capacity) return at(high);
  // Halving the interval 60 times is exact to the last bit that matters, for any number of tenants.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) > capacity) high = middle;
    else low = middle;
  }
  return at(low);
}

/** The part of a tenant's share that each of its runs gets. A runner's rate is never zero: it would never look up again. */
export function perRun(
  share: { rowsPerSecond: number | null; bytesPerSecond: number | null },
  runs: number,
): RateLimit {
  const part = (rate: number | null) => (rate === null ? null : Math.max(rate / Math.max(1, runs), 0.001));
  return { rowsPerSecond: part(share.rowsPerSecond), bytesPerSecond: part(share.bytesPerSecond) };
}
