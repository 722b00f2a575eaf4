import type { FileOutcome, IngestionRecord } from '../../protocol/ingestion-log.ts';
import { count, duration, rate, size } from '../terminal/figures.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';
import { printable } from '../terminal/text.ts';

const styles: Readonly<Record<FileOutcome, Style>> = {
  ingested: 'green',
  partial: 'yellow',
  empty: 'dim',
  duplicate: 'dim',
  refused: 'red',
  deferred: 'yellow',
  failed: 'red',
  cancelled: 'yellow',
};

/** What became of a file, on one line: `partial    north/reviews  one.tsv  1,000 read, …  495 rows/s  2.00 s`. */
export function fileLine(record: IngestionRecord, paint: Terminal['paint']): string {
  const { outcome, tenant, app, file, counters, cause } = record;
  const parts = [
    paint(styles[outcome], outcome.padEnd(9)),
    printable(app === null ? tenant : `${tenant}/${app}`),
    printable(file),
  ];
  if (counters.read > 0) {
    const share = [`${count(counters.read)} read`, `${count(counters.stored)} stored`];
    if (counters.filtered > 0) share.push(`${count(counters.filtered)} filtered`);
    if (counters.quarantined > 0) share.push(`${count(counters.quarantined)} quarantined`);
    parts.push(share.join(', '), `${rate(record.rowsPerSecond)} rows/s`, duration(record.seconds));
  } else parts.push(size(record.fileBytes));
  if (cause) parts.push(printable(`${cause.code}: ${cause.message}`));
  return parts.join('  ');
}
