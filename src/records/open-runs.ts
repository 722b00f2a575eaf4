import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import * as z from 'zod';
import { runRecord, type FileOutcome, type IngestionRecord, type RunRecord } from '../protocol/ingestion-log.ts';
import { dayBytes, type DayBytes, type dayUsageTable } from './day-usage.ts';
import type { ingestionLogTables } from './ingestion-log.ts';
import type { ledgerTable } from './ledger.ts';
import { inTransaction } from './transaction.ts';

const openRunSchema = z.strictObject({
  runId: z.string(),
  tenant: z.string(),
  app: z.string(),
  batchNumber: z.number().int(),
  /** Why it began. */
  trigger: runRecord.shape.trigger,
  /** Whether a later control plane has taken it over. */
  recovered: z.boolean().optional(),
  profileVersion: z.string(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  /** How often a runner was started for it. */
  attempts: z.number().int().nonnegative(),
  /** What the runner is given, as JSON; the reader checks it. */
  job: z.unknown(),
  /** What its files were charged for when it began. */
  admitted: dayBytes.optional(),
});
export type OpenRun = z.infer<typeof openRunSchema>;

interface Tables {
  ledger: ReturnType<typeof ledgerTable>;
  log: ReturnType<typeof ingestionLogTables>;
  usage: ReturnType<typeof dayUsageTable>;
}

/** Runs that have begun and whose end is not recorded: what a restart has to resume. */
export function openRunsTable(db: DatabaseSyncInstance, { ledger, log, usage }: Tables) {
  const nextNumber = db.prepare(
    `INSERT INTO batch_numbers (tenant, last) VALUES (:tenant, :atLeast)
     ON CONFLICT (tenant) DO UPDATE SET last = max(last + 1, :atLeast) RETURNING last`,
  );
  const put = db.prepare(
    'INSERT INTO open_runs (run_id, run) VALUES (?, ?) ON CONFLICT (run_id) DO UPDATE SET run = excluded.run',
  );
  const remove = db.prepare('DELETE FROM open_runs WHERE run_id = ?');
  const get = db.prepare('SELECT run_id, run FROM open_runs WHERE run_id = ?');
  const list = db.prepare('SELECT run_id, run FROM open_runs ORDER BY rowid');

  return {
    nextBatchNumber(tenant: string, atLeast = 1): number {
      return (nextNumber.get({ tenant, atLeast }) as { last: number }).last;
    },
    openRun(run: OpenRun): void {
      inTransaction(db, () => {
        if (run.admitted && !get.get(run.runId)) usage.addDayUsage(run.tenant, run.admitted.day, run.admitted.bytes);
        put.run(run.runId, JSON.stringify(run));
      });
    },
    openRuns(): OpenRun[] {
      return list.all().map((row) => readRun(row as unknown as OpenRunRow));
    },
    dropRun(runId: string): void {
      inTransaction(db, () => {
        const row = get.get(runId) as OpenRunRow | undefined;
        const { tenant, admitted } = row ? readRun(row) : {};
        if (tenant !== undefined && admitted) usage.addDayUsage(tenant, admitted.day, -admitted.bytes);
        remove.run(runId);
        ledger.releaseRun(runId);
      });
    },
    closeRun(record: RunRecord, files: IngestionRecord[], used?: DayBytes): boolean {
      return inTransaction(db, () => {
        remove.run(record.runId);
        // A recovery may close what was closed just before the crash: nothing may count twice.
        if (log.hasRun(record.runId)) return false;
        log.recordRun(record);
        for (const file of files) {
          log.recordFile(file);
          const outcome = settlement(file.outcome);
          if (outcome && file.sha256 !== null)
            ledger.settle({ tenant: record.tenant, app: record.app, sha256: file.sha256, outcome });
        }
        // A run that was cut short has no record for the files it never came to.
        ledger.releaseRun(record.runId);
        if (used) usage.addDayUsage(record.tenant, used.day, used.bytes);
        return true;
      });
    },
  };
}

interface OpenRunRow {
  run_id: string;
  run: string;
}

/** What another version has noted in its own way is told as far as it can be, without a job: enough to give the run up. */
function readRun({ run_id: runId, run }: OpenRunRow): OpenRun {
  const noted = parsed(run);
  const known = openRunSchema.safeParse(noted);
  if (known.success) return known.data;
  const [, tenant = '', number = '0'] = /^(.+)-(\d+)$/.exec(runId) ?? [];
  const { app, admitted } = partsOfAnyRun.parse(noted);
  return {
    ...{ runId, tenant, app, batchNumber: Number(number), trigger: 'recovery' },
    ...{ profileVersion: '', startedAt: 0, attempts: 0, job: null, admitted },
  };
}

const partsOfAnyRun = z
  .object({ app: z.string().catch(''), admitted: dayBytes.optional().catch(undefined) })
  .catch({ app: '' });

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** What a file's outcome means for the ledger; undefined: its entry belongs to another file, or there is none. */
function settlement(outcome: FileOutcome): 'ingested' | 'partial' | 'released' | undefined {
  switch (outcome) {
    case 'ingested':
    case 'partial':
      return outcome;
    // Nothing was ingested of an empty file: the next one is no duplicate of it.
    case 'empty':
    case 'failed':
    case 'cancelled':
      return 'released';
    case 'duplicate':
    case 'refused':
    case 'deferred':
      return undefined;
  }
}
