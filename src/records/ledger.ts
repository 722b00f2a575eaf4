import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { inTransaction } from './transaction.ts';
import { writeTimesTable } from './write-times.ts';

/** What a file is known by: the same bytes for the same app are the same file, whatever its name. */
export interface LedgerKey {
  tenant: string;
  app: string;
  /** Hexadecimal. */
  sha256: string;
}

export interface LedgerClaim extends LedgerKey {
  runId: string;
  file: string;
  /** Bytes on disk. */
  size: number;
  /** Where its rows go. */
  table: string;
  /** What the app makes of a file: changes with its code and what the profile says of it. Null when that cannot be told. */
  terms: string | null;
  /** At least as many as the file has. */
  records: number;
  /** Microseconds since the epoch: where the file's write times are to begin, see `writeTimesTable`. */
  writeTimeMicros: number;
}

export type ClaimResult =
  | { claimed: true; writeTimeMicros: number }
  /**
   * Who has it, and when it was ingested in milliseconds since the epoch; null while that run is not finished. `isPartial`:
   * records of it were rejected, and would be again.
   */
  | { claimed: false; runId: string; file: string; ingestedAt: number | null; isPartial: boolean };

interface LedgerRow {
  state: 'claimed' | 'ingested' | 'released';
  run_id: string;
  /** Whether that run is open; 0 or 1. */
  is_open: number;
  file: string;
  ingested_at: number | null;
  terms: string | null;
  /** 0 or 1. */
  is_partial: number;
}

/**
 * Which files an app has ingested or is ingesting, so that none is ingested twice. One of which records were rejected may
 * come again once the app, or what the profile says of it, is another: its rows then replace those of before. A claim holds
 * while its run is open, and while that is being prepared: a tenant's runs are prepared one after another, so a claim of any
 * other run that is not open is what a preparation has left that failed or died, and counts for nothing.
 */
export function ledgerTable(db: DatabaseSyncInstance) {
  const select = db.prepare(
    `SELECT state, run_id, file, ingested_at, terms, is_partial, run_id IN (SELECT run_id FROM open_runs) AS is_open
     FROM ledger WHERE tenant = ? AND app = ? AND sha256 = ?`,
  );
  const times = writeTimesTable(db);
  const take = db.prepare(
    `INSERT INTO ledger (tenant, app, sha256, state, run_id, file, size, terms)
     VALUES (:tenant, :app, :sha256, 'claimed', :runId, :file, :size, :terms)
     ON CONFLICT (tenant, app, sha256) DO UPDATE
     SET state = 'claimed', run_id = excluded.run_id, file = excluded.file, size = excluded.size, terms = excluded.terms`,
  );
  const ingest = db.prepare(
    `UPDATE ledger SET state = 'ingested', ingested_at = :now, is_partial = :isPartial
     WHERE tenant = :tenant AND app = :app AND sha256 = :sha256 AND state <> 'ingested'`,
  );
  const release = db.prepare(
    `UPDATE ledger SET state = 'released'
     WHERE tenant = :tenant AND app = :app AND sha256 = :sha256 AND state = 'claimed'`,
  );
  const releaseAll = db.prepare(`UPDATE ledger SET state = 'released' WHERE run_id = ? AND state = 'claimed'`);

  return {
    claim(claim: LedgerClaim): ClaimResult {
      const { tenant, app, sha256, runId, file, size, terms } = claim;
      return inTransaction(db, () => {
        const row = select.get(tenant, app, sha256) as LedgerRow | undefined;
        // The same run may ask again for its file, but a second file of the run with the same bytes is a duplicate.
        const isOwn = row?.state === 'claimed' && row.run_id === runId && row.file === file;
        const isHeld = row?.state === 'claimed' && (row.run_id === runId || row.is_open === 1);
        const isPartial = row?.state === 'ingested' && row.is_partial === 1;
        const isDone = row?.state === 'ingested' && !(isPartial && isAnother(terms, row.terms));
        if (row && !isOwn && (isHeld || isDone))
          return { claimed: false, runId: row.run_id, file: row.file, ingestedAt: row.ingested_at, isPartial };
        take.run({ tenant, app, sha256, runId, file, size, terms });
        // They stay what the first attempt pinned: a retry then writes the same cells with the same times.
        const pinned = times.pin(
          { ...claim, fileTimeMicros: claim.writeTimeMicros },
          isPartial || row?.state === 'released',
        );
        return { claimed: true, writeTimeMicros: pinned };
      });
    },
    settle({ tenant, app, sha256, outcome }: LedgerKey & { outcome: 'ingested' | 'partial' | 'released' }): void {
      const isPartial = outcome === 'partial' ? 1 : 0;
      if (outcome !== 'released') ingest.run({ tenant, app, sha256, now: Date.now(), isPartial });
      else release.run({ tenant, app, sha256 });
    },
    releaseRun(runId: string): void {
      releaseAll.run(runId);
    },
  };
}

/** What is not known is no reason to ingest again. */
function isAnother(terms: string | null, before: string | null): boolean {
  return terms !== null && before !== null && terms !== before;
}
