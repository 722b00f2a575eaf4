import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { isBusy } from './metadata-errors.ts';

/**
 * Takes an exclusive lock on `file` and holds it until the connection that it returns is closed or the process ends in whatever
 * way: the lock is the operating system's.
 * @param patienceMs how long to wait for it, during which the thread stands still
 * @returns undefined when another connection has it
 */
export function exclusiveLock(file: string, patienceMs: number): DatabaseSyncInstance | undefined {
  // Tenants' rows are in the folder of the platform's state.
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file, { timeout: patienceMs });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
