import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** A file in staging that a constraint keeps out, and why. */
export interface Refusal {
  tenant: string;
  file: string;
  size: number;
  mtimeMs: number;
  code: string;
}

/** Which refusals of files that stay in staging were logged already, so that each is logged once, also across restarts. */
export function refusalsTable(db: DatabaseSyncInstance) {
  const note = db.prepare(
    `INSERT INTO refusals (tenant, file, size, mtime_ms, code) VALUES (:tenant, :file, :size, :mtimeMs, :code)
     ON CONFLICT (tenant, file) DO UPDATE SET size = excluded.size, mtime_ms = excluded.mtime_ms, code = excluded.code
     WHERE size <> excluded.size OR mtime_ms <> excluded.mtime_ms OR code <> excluded.code`,
  );
  const keep = db.prepare('DELETE FROM refusals WHERE tenant = ? AND file NOT IN (SELECT value FROM json_each(?))');
  return {
    noteRefusal({ tenant, file, size, mtimeMs, code }: Refusal): boolean {
      return note.run({ tenant, file, size, mtimeMs, code }).changes > 0;
    },
    keepRefusals(tenant: string, files: string[]): void {
      keep.run(tenant, JSON.stringify(files));
    },
  };
}
