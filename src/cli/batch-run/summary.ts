import { relative } from 'node:path';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { FileOutcome, IngestionRecord } from '../../protocol/ingestion-log.ts';
import { count, counted, duration, rate } from '../terminal/figures.ts';
import { table, type Column } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printable } from '../terminal/text.ts';
import type { Rejections } from './rejections.ts';
import { totalsByTenant, totalsOf, type Totals } from './totals.ts';

type Screen = Pick<Terminal, 'columns' | 'paint'>;

/** Entries of a list that are shown before the rest is only counted. */
const shownEntries = 15;
const shownReasons = 5;

const columns: readonly Column[] = [
  { title: 'tenant' },
  { title: 'files', align: 'right' },
  { title: 'read', align: 'right' },
  { title: 'stored', align: 'right' },
  { title: 'filtered', align: 'right' },
  { title: 'quarantined', align: 'right' },
  { title: 'rows', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'rows/s', align: 'right' },
];

/** All that is worth saying after a batch run: the sums, what was kept out and why, and where to look further. */
export function summaryLines(
  folder: PlatformFolder,
  records: readonly IngestionRecord[],
  rejections: readonly Rejections[],
  screen: Screen,
): string[] {
  const all = totalsOf(records);
  const tenants = totalsByTenant(records);
  return [
    ...table(
      columns,
      tenants.map(([tenant, totals]) => cells(tenant, totals)),
      { width: screen.columns, footer: cells('platform', all) },
    ),
    '',
    `${counted(all.files, 'file')}: ${outcomes(all)}`,
    accountLine(all, screen),
    ...section(screen, 'Kept out', keptOut(records)),
    ...section(screen, 'Warnings', warnings(records)),
    ...section(screen, 'Why records are in quarantine', reasons(rejections)),
    ...section(screen, 'Look further', furtherLines(folder, records)),
  ];
}

function cells(name: string, { files, counters, seconds, rowsPerSecond }: Totals): string[] {
  const { read, stored, filtered, quarantined, rows } = counters;
  return [
    name,
    ...[files, read, stored, filtered, quarantined, rows].map(count),
    seconds === 0 ? '–' : duration(seconds),
    seconds === 0 ? '–' : rate(rowsPerSecond),
  ];
}

function outcomes({ outcomes }: Totals): string {
  return Object.entries(outcomes)
    .map(([outcome, files]) => `${count(files)} ${outcome}`)
    .join(', ');
}

function accountLine({ counters: { read, stored, filtered, quarantined } }: Totals, { paint }: Screen): string {
  const account = `${count(read)} read = ${count(stored)} stored + ${count(filtered)} filtered + ${count(quarantined)} quarantined`;
  return read === stored + filtered + quarantined
    ? paint('dim', account)
    : paint('red', `the account does not balance: ${account}`);
}

function section({ paint }: Screen, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', paint('bold', title), ...lines.map((line) => `  ${line}`)];
}

const kept: ReadonlySet<FileOutcome> = new Set(['refused', 'failed', 'deferred', 'cancelled', 'duplicate']);

function keptOut(records: readonly IngestionRecord[]): string[] {
  const files = records.filter(({ outcome }) => kept.has(outcome));
  const lines = files
    .slice(0, shownEntries)
    .flatMap(({ tenant, file, outcome, cause, location }) => [
      printable(
        `${tenant}/${file}  ${outcome}${cause ? `, ${cause.code}: ${cause.message}` : ''}` +
          (location === null ? '' : ` → ${location}`),
      ),
      ...(cause?.hint === undefined ? [] : [printable(`  ${cause.hint}`)]),
    ]);
  return [...lines, ...rest(files.length - shownEntries)];
}

function warnings(records: readonly IngestionRecord[]): string[] {
  const files = new Map<string, number>();
  for (const { tenant, app, warnings } of records) {
    for (const { code, message, hint } of warnings) {
      const text = `${tenant}/${app ?? ''}  ${code}: ${message}${hint === undefined ? '' : ` – ${hint}`}`;
      files.set(text, (files.get(text) ?? 0) + 1);
    }
  }
  const lines = [...files].map(([text, number]) =>
    printable(number > 1 ? `${text} (${counted(number, 'file')})` : text),
  );
  return [...lines.slice(0, shownEntries), ...rest(lines.length - shownEntries)];
}

function reasons(rejections: readonly Rejections[]): string[] {
  const lines: string[] = [];
  for (const tenant of [...new Set(rejections.map((rejection) => rejection.tenant))].sort()) {
    const own = rejections.filter((rejection) => rejection.tenant === tenant);
    const widest = count(own[0]?.count ?? 0).length;
    for (const { app, code, reason, count: number, example } of own.slice(0, shownReasons)) {
      const where = example.line === null ? example.file : `${example.file}:${example.line}`;
      lines.push(
        printable(`${count(number).padStart(widest)} × ${tenant}/${app}  ${code}: ${reason}  (first in ${where})`),
      );
    }
    const others = own.slice(shownReasons).reduce((sum, rejection) => sum + rejection.count, 0);
    if (others > 0)
      lines.push(
        `${count(others).padStart(widest)} × ${tenant}  for ${counted(own.length - shownReasons, 'other reason')}`,
      );
  }
  return lines;
}

function rest(number: number): string[] {
  return number > 0 ? [`… and ${count(number)} more`] : [];
}

function furtherLines(folder: PlatformFolder, records: readonly IngestionRecord[]): string[] {
  const tenants = [...new Set(records.map(({ tenant }) => tenant))].sort();
  return tenants.flatMap((tenant) => {
    const own = records.filter((record) => record.tenant === tenant);
    const tables = [
      ...new Set(own.flatMap(({ table, counters }) => (table !== null && counters.rows > 0 ? [table] : []))),
    ];
    const rejected = own.some(({ quarantine, outcome }) => quarantine !== null || outcome === 'failed');
    return [
      ...tables.map((name) => `mysimbdp query ${tenant} ${name} --limit 5`),
      `mysimbdp logs ${tenant}`,
      ...(rejected ? [`${relative(folder.root, folder.quarantine(tenant))}/`] : []),
    ];
  });
}
