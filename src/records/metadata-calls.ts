import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { dayUsageTable } from './day-usage.ts';
import { dueAppsTable } from './due-apps.ts';
import { tenantForgetting } from './forget-tenant.ts';
import { ingestionLogTables } from './ingestion-log.ts';
import { ledgerTable } from './ledger.ts';
import { metadataFailure } from './metadata-errors.ts';
import { openRunsTable } from './open-runs.ts';
import { holdOwnerLock } from './owner-lock.ts';
import { refusalsTable } from './refusals.ts';
import { migrate } from './schema.ts';
import { statisticsOf } from './statistics.ts';

/** Absolute paths. */
export interface MetadataFiles {
  metadata: string;
  /** Given by the control plane that wants to own the platform folder. */
  owner?: string;
  /** Of one Int32: ends the reading of statistics when it is not 0 any more. */
  stop?: SharedArrayBuffer;
}

/** How long a call waits for another process that writes, in milliseconds. */
const patienceMs = 5_000;

/** What the metadata thread answers. */
export type MetadataCalls = ReturnType<typeof openMetadata>;

/** Opens the files and offers what can be done with them. Throws the errors of `metadata-errors.ts`. */
export function openMetadata(files: MetadataFiles) {
  const owner = files.owner === undefined ? undefined : inWords(files.owner, holdOwnerLock)(files.owner);
  let db: DatabaseSyncInstance;
  try {
    db = inWords(files.metadata, openDatabase)(files.metadata);
  } catch (error) {
    owner?.close();
    throw error;
  }

  const ledger = ledgerTable(db);
  const log = ingestionLogTables(db);
  const usage = dayUsageTable(db);
  const calls = {
    ...ledger,
    ...log,
    ...usage,
    ...openRunsTable(db, { ledger, log, usage }),
    ...refusalsTable(db, log),
    ...dueAppsTable(db),
    ...statisticsOf(db, stopSign(files.stop)),
    ...tenantForgetting(db),
  };
  const named = Object.entries<(...args: never[]) => unknown>(calls).map(
    ([name, call]) => [name, inWords(files.metadata, call)] as const,
  );
  return {
    ...(Object.fromEntries(named) as typeof calls),
    close(): void {
      db.close();
      owner?.close();
    },
  };
}

function stopSign(stop: SharedArrayBuffer | undefined): () => boolean {
  const sign = stop && new Int32Array(stop);
  return () => sign !== undefined && Atomics.load(sign, 0) !== 0;
}

function openDatabase(file: string): DatabaseSyncInstance {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: patienceMs });
  try {
    const { journal_mode: mode } = db.prepare('PRAGMA journal_mode').get() as { journal_mode: string };
    if (mode !== 'wal') db.exec('PRAGMA journal_mode = WAL');
    // A claim or a closed run must outlive a power cut, or a file would be ingested twice.
    db.exec('PRAGMA synchronous = FULL');
    migrate(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The same function, with errors that say what is wrong with `file`. */
function inWords<A extends unknown[], R>(file: string, work: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    try {
      return work(...args);
    } catch (error) {
      throw metadataFailure(file, error);
    }
  };
}
