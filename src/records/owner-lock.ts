import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { isBusy, platformOwned } from './metadata-errors.ts';

// Two that try at the very same moment can both find it busy; each then tries again for this long.
const patienceMs = 500;

/**
 * Takes an exclusive lock on `file` and holds it until the connection that it returns is closed or the process ends in
 * whatever way: the lock is the operating system's. Throws PLATFORM_OWNED when another connection has it.
 */
export function holdOwnerLock(file: string): DatabaseSyncInstance {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: patienceMs });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    throw isBusy(error) ? platformOwned() : error;
  }
}
