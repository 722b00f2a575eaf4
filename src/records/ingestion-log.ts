import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type * as z from 'zod';
import { ingestionRecord, runRecord, type IngestionRecord, type RunRecord } from '../protocol/ingestion-log.ts';
import type { LogQuery } from '../protocol/management.ts';

/** One record a run and one a file, in the order they ended; read newest first. */
export function ingestionLogTables(db: DatabaseSyncInstance) {
  const insertFile = db.prepare('INSERT INTO file_records (record) VALUES (?)');
  const insertRun = db.prepare('INSERT INTO run_records (record) VALUES (?)');
  const findRun = db.prepare('SELECT 1 FROM run_records WHERE run_id = ?');

  return {
    recordFile(record: IngestionRecord): void {
      insertFile.run(JSON.stringify(record));
    },
    recordRun(record: RunRecord): void {
      insertRun.run(JSON.stringify(record));
    },
    hasRun(runId: string): boolean {
      return findRun.get(runId) !== undefined;
    },
    ingestionLog({ tenant, runId, outcome, limit, skip }: LogQuery): IngestionRecord[] {
      return read(ingestionRecord, 'file_records', { tenant, run_id: runId, outcome }, limit, skip);
    },
    runLog({ tenant, runId, limit, skip }: LogQuery): RunRecord[] {
      return read(runRecord, 'run_records', { tenant, run_id: runId }, limit, skip);
    },
  };

  function read<T>(
    schema: z.ZodType<T>,
    table: 'file_records' | 'run_records',
    wanted: Record<string, string | undefined>,
    limit: number,
    skip = 0,
  ): T[] {
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
    const where = given.map(([column]) => `${column} = ?`).join(' AND ') || 'TRUE';
    return db
      .prepare(`SELECT record FROM ${table} WHERE ${where} ORDER BY id DESC LIMIT ? OFFSET ?`)
      .all(...given.map(([, value]) => value), limit, skip)
      .map((row) => schema.parse(JSON.parse((row as { record: string }).record)));
  }
}
