import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** A file whose records are to be written to a table. */
export interface FileToWrite {
  tenant: string;
  table: string;
  app: string;
  /** Hexadecimal. */
  sha256: string;
  /** When the file was last changed, at most now; microseconds since the epoch. */
  fileTimeMicros: number;
  /** At least as many as the file has. */
  records: number;
}

interface Range {
  first: number;
  last: number;
}

/**
 * The write times of files, in microseconds: each file has a range of its own within its table, with one time for each record and
 * one before. So no two records of a table have the same time, of which a store like Cassandra would make one row that never
 * existed; and of two files the one with the later time has the later range, however many records the other has.
 *
 * A range begins with the file's time where that is free. Where the file before it reaches further it begins behind that; where it
 * would reach into a later one it begins earlier. A file that comes late, when there is no room left between its neighbours, goes
 * behind them: what came last wins.
 */
export function writeTimesTable(db: DatabaseSyncInstance) {
  const pinned = db.prepare(
    `SELECT first, file_time AS fileTime FROM write_times
     WHERE tenant = :tenant AND table_name = :table AND app = :app AND sha256 = :sha256 AND last - first >= :records
     ORDER BY first DESC LIMIT 1`,
  );
  const before = db.prepare(
    `SELECT first, last FROM write_times WHERE tenant = :tenant AND table_name = :table AND file_time <= :fileTime
     ORDER BY file_time DESC, first DESC LIMIT 1`,
  );
  const after = db.prepare(
    `SELECT first, last FROM write_times WHERE tenant = :tenant AND table_name = :table AND file_time > :fileTime
     ORDER BY file_time, first LIMIT 1`,
  );
  const roomBehind = db.prepare(
    `SELECT last + 1 AS first, file_time AS fileTime FROM (
       SELECT last, file_time, lead(first) OVER (ORDER BY first) AS next
       FROM write_times WHERE tenant = :tenant AND table_name = :table AND first >= :from
     ) WHERE next IS NULL OR next - last - 1 > :records ORDER BY last LIMIT 1`,
  );
  // In the order of their ranges the times of files never decrease: a file that had to go elsewhere counts as of the time there.
  const take = db.prepare(
    `INSERT INTO write_times (tenant, table_name, app, sha256, file_time, first, last)
     VALUES (:tenant, :table, :app, :sha256, :fileTime, :first, :first + :records)`,
  );

  function placeOf({ tenant, table, fileTimeMicros: fileTime, records }: FileToWrite) {
    const at = { tenant, table, fileTime };
    const free = ((before.get(at) as Range | undefined)?.last ?? -1) + 1;
    const next = after.get(at) as Range | undefined;
    const latest = next ? next.first - 1 - records : Infinity;
    if (latest >= free) return { first: Math.min(Math.max(fileTime, free), latest), fileTime };
    return roomBehind.get({ tenant, table, from: next?.first ?? 0, records }) as { first: number; fileTime: number };
  }

  return {
    /**
     * The time before that of the file's first record; the same again for the same file.
     * @param anew when the file comes again after it has failed: its app may give other rows now, which have to win over what
     * was stored of it then. Its range is then behind the one before.
     */
    pin(file: FileToWrite, anew: boolean): number {
      const { tenant, table, app, sha256, records } = file;
      const known = pinned.get({ tenant, table, app, sha256, records }) as
        { first: number; fileTime: number } | undefined;
      if (known && !anew) return known.first;
      const { first, fileTime } = placeOf({
        ...file,
        fileTimeMicros: Math.max(file.fileTimeMicros, known?.fileTime ?? 0),
      });
      take.run({ tenant, table, app, sha256, fileTime, first, records });
      return first;
    },
  };
}
