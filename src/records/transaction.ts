import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** Does `work` in one transaction that can write from its start: all of it lasts, or nothing. */
export function inTransaction<T>(db: DatabaseSyncInstance, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk or an input error may already have rolled it back.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
