import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { IngestionRecord } from '../protocol/ingestion-log.ts';
import type { ingestionLogTables } from './ingestion-log.ts';
import { inTransaction } from './transaction.ts';

/** A file in staging that a constraint keeps out, and why. */
export interface Refusal {
  tenant: string;
  file: string;
  size: number;
  mtimeMs: number;
  code: string;
}

/** A refusal, and what the ingestion log is to say of it. */
export interface RefusedFile extends Omit<Refusal, 'tenant' | 'file'> {
  record: IngestionRecord;
  /** Told also where it was told before: a file that was moved away is another one each time. */
  always: boolean;
}

/** Which refusals of files that stay in staging were logged already, so that each is logged once, also across restarts. */
export function refusalsTable(
  db: DatabaseSyncInstance,
  log: Pick<ReturnType<typeof ingestionLogTables>, 'recordFile'>,
) {
  const note = db.prepare(
    `INSERT INTO refusals (tenant, file, size, mtime_ms, code) VALUES (:tenant, :file, :size, :mtimeMs, :code)
     ON CONFLICT (tenant, file) DO UPDATE SET size = excluded.size, mtime_ms = excluded.mtime_ms, code = excluded.code
     WHERE size <> excluded.size OR mtime_ms <> excluded.mtime_ms OR code <> excluded.code`,
  );
  const keep = db.prepare('DELETE FROM refusals WHERE tenant = ? AND file NOT IN (SELECT value FROM json_each(?))');
  return {
    /** In one transaction: what is noted as refused is in the ingestion log. @returns which of them were recorded */
    recordRefusals(files: RefusedFile[]): boolean[] {
      return inTransaction(db, () =>
        files.map(({ record, size, mtimeMs, code, always }) => {
          const { tenant, file } = record;
          const isNew = note.run({ tenant, file, size, mtimeMs, code }).changes > 0;
          if (isNew || always) log.recordFile(record);
          return isNew || always;
        }),
      );
    },
    keepRefusals(tenant: string, files: string[]): void {
      keep.run(tenant, JSON.stringify(files));
    },
  };
}
