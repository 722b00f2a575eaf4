import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import * as z from 'zod';
import { unknownTimeZone } from './metadata-errors.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar day, YYYY-MM-DD, that clocks in `timeZone` (IANA name) show at `epochMs`.
 * Throws UNKNOWN_TIME_ZONE.
 */
export function dayOf(epochMs: number, timeZone: string): string {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get('year') ?? ''}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
    return format;
  } catch {
    throw unknownTimeZone(timeZone);
  }
}

/** Bytes that count against a tenant's quota of a day; negative to give back what was admitted and not ingested. */
export const dayBytes = z.strictObject({
  /** YYYY-MM-DD, see `dayOf`. */
  day: z.string(),
  bytes: z.number(),
});
export type DayBytes = z.infer<typeof dayBytes>;

/** The bytes of files that were admitted, by tenant and day. */
export function dayUsageTable(db: DatabaseSyncInstance) {
  const select = db.prepare('SELECT bytes FROM day_usage WHERE tenant = ? AND day = ?');
  const add = db.prepare(
    `INSERT INTO day_usage (tenant, day, bytes) VALUES (:tenant, :day, max(0, :bytes))
     ON CONFLICT (tenant, day) DO UPDATE SET bytes = max(0, bytes + :bytes)`,
  );
  return {
    dayUsage(tenant: string, day: string): number {
      return (select.get(tenant, day) as { bytes: number } | undefined)?.bytes ?? 0;
    },
    addDayUsage(tenant: string, day: string, bytes: number): void {
      add.run({ tenant, day, bytes });
    },
  };
}
