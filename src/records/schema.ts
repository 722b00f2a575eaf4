import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { metadataNewer } from './metadata-errors.ts';
import { inTransaction } from './transaction.ts';

// Records are kept whole as JSON; the columns that are searched or summed are generated from it, so that there is one
// truth. Step n brings a file of version n to version n + 1; steps are added, never changed.
const steps = [
  `
  CREATE TABLE ledger (
    tenant TEXT NOT NULL,
    app TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'ingested', 'released')),
    run_id TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    write_time_micros INTEGER NOT NULL,
    ingested_at REAL,
    PRIMARY KEY (tenant, app, sha256)
  ) STRICT;
  CREATE INDEX ledger_claims ON ledger (run_id) WHERE state = 'claimed';

  CREATE TABLE batch_numbers (tenant TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;

  CREATE TABLE open_runs (run_id TEXT PRIMARY KEY, run TEXT NOT NULL) STRICT;

  CREATE TABLE run_records (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL GENERATED ALWAYS AS (record ->> '$.tenant') STORED,
    app TEXT NOT NULL GENERATED ALWAYS AS (record ->> '$.app') STORED,
    ended_at REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.endedAt') STORED,
    seconds REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.seconds') STORED,
    cpu_seconds REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.cpuSeconds') STORED,
    peak_rss_bytes REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.peakRssBytes') STORED,
    run_id TEXT NOT NULL GENERATED ALWAYS AS (record ->> '$.runId') STORED,
    record TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX run_records_run ON run_records (run_id);
  CREATE INDEX run_records_tenant ON run_records (tenant);

  CREATE TABLE file_records (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL GENERATED ALWAYS AS (record ->> '$.tenant') STORED,
    app TEXT GENERATED ALWAYS AS (record ->> '$.app') STORED,
    outcome TEXT NOT NULL GENERATED ALWAYS AS (record ->> '$.outcome') STORED,
    ended_at REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.endedAt') STORED,
    seconds REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.seconds') STORED,
    file_bytes REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.fileBytes') STORED,
    rows_per_second REAL NOT NULL GENERATED ALWAYS AS (record ->> '$.rowsPerSecond') STORED,
    bytes INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.counters.bytes') STORED,
    read INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.counters.read') STORED,
    stored INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.counters.stored') STORED,
    filtered INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.counters.filtered') STORED,
    quarantined INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.counters.quarantined') STORED,
    rows INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.counters.rows') STORED,
    run_id TEXT GENERATED ALWAYS AS (record ->> '$.runId') STORED,
    file TEXT NOT NULL GENERATED ALWAYS AS (record ->> '$.file') STORED,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX file_records_tenant ON file_records (tenant);
  CREATE INDEX file_records_file ON file_records (tenant, file);
  CREATE INDEX file_records_run ON file_records (run_id);

  CREATE TABLE refusals (
    tenant TEXT NOT NULL,
    file TEXT NOT NULL,
    size REAL NOT NULL,
    mtime_ms REAL NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (tenant, file)
  ) STRICT;

  CREATE TABLE day_usage (
    tenant TEXT NOT NULL,
    day TEXT NOT NULL,
    bytes REAL NOT NULL,
    PRIMARY KEY (tenant, day)
  ) STRICT;
  `,
  `
  CREATE TABLE due_apps (tenant TEXT NOT NULL, app TEXT NOT NULL, PRIMARY KEY (tenant, app)) STRICT;
  `,
  `
  ALTER TABLE ledger DROP COLUMN write_time_micros;

  CREATE TABLE write_times (
    tenant TEXT NOT NULL,
    table_name TEXT NOT NULL,
    app TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file_time INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant, table_name, first)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX write_times_file ON write_times (tenant, table_name, app, sha256);
  CREATE INDEX write_times_order ON write_times (tenant, table_name, file_time, first);
  `,
  `
  ALTER TABLE ledger ADD COLUMN terms TEXT;
  ALTER TABLE ledger ADD COLUMN is_partial INTEGER NOT NULL DEFAULT 0;
  `,
];

/** Brings the database to the newest version in one transaction. Throws METADATA_NEWER when it is already beyond. */
export function migrate(db: DatabaseSyncInstance, file: string): void {
  // Most openings change nothing and must not wait for a lock.
  if (version(db) === steps.length) return;
  inTransaction(db, () => {
    const from = version(db);
    if (from > steps.length) throw metadataNewer(file, from, steps.length);
    for (const step of steps.slice(from)) db.exec(step);
    db.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

function version(db: DatabaseSyncInstance): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}
