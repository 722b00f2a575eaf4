import type { Statistics, StatisticsReport } from '../protocol/ingestion-log.ts';
import { count, counted, duration, percent, rate, size } from './terminal/figures.ts';
import { table, type Column } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';

const figures: readonly Column[] = [
  { title: 'runs', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'ok', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'read', align: 'right' },
  { title: 'stored', align: 'right' },
  { title: 'filtered', align: 'right' },
  { title: 'quarantined', align: 'right' },
  { title: 'rows/s p50', align: 'right' },
  { title: 'time p95', align: 'right' },
];

/** Days that are shown, the newest. */
const shownDays = 14;

export const nothingIngested = ['Nothing has been ingested yet.'];

/** `mysimbdp stats` for people: the sums with their spreads, then by tenant, app and day. */
export function statisticsLines(
  report: StatisticsReport,
  tenant: string | undefined,
  screen: Pick<Terminal, 'columns' | 'paint'>,
): string[] {
  const { total, byTenant, byApp, byDay } = report;
  if (total.files === 0) return nothingIngested;
  const group = (title: string, entries: readonly { key: string; statistics: Statistics }[]) =>
    entries.length === 0
      ? []
      : [
          '',
          ...table(
            [{ title, flexible: true }, ...figures],
            entries.map(({ key, statistics }) => [key, ...cells(statistics)]),
            { width: screen.columns },
          ),
        ];
  return [
    screen.paint('bold', tenant ?? 'The platform'),
    ...totalLines(total),
    ...(tenant === undefined ? group('tenant', byTenant) : []),
    ...group('app', byApp),
    ...group('day', byDay.slice(-shownDays)),
  ];
}

function totalLines(total: Statistics): string[] {
  const { counters, rowsPerSecond, seconds, outcomes } = total;
  const lines: [string, string][] = [
    ['files', `${count(total.files)} in ${counted(total.runs, 'run')}, ${size(total.fileBytes)}`],
    [
      'outcomes',
      Object.entries(outcomes)
        .map(([outcome, files]) => `${count(files)} ${outcome}`)
        .join(', '),
    ],
    ['success rate', total.successRate === null ? '–' : percent(total.successRate)],
    [
      'records',
      `${count(counters.read)} read = ${count(counters.stored)} stored + ${count(counters.filtered)} filtered` +
        ` + ${count(counters.quarantined)} quarantined; ${counted(counters.rows, 'row')} written`,
    ],
    ['rows/s', `p50 ${rate(rowsPerSecond.p50)}, p95 ${rate(rowsPerSecond.p95)}, max ${rate(rowsPerSecond.max)}`],
    ['time a file', `p50 ${duration(seconds.p50)}, p95 ${duration(seconds.p95)}, max ${duration(seconds.max)}`],
    ['used', `${duration(total.cpuSeconds)} of CPU, ${count(total.memoryMbSeconds)} MiB·s of memory`],
  ];
  return lines.map(([name, text]) => `  ${name.padEnd(14)}${text}`);
}

function cells({ runs, files, successRate, fileBytes, counters, rowsPerSecond, seconds }: Statistics): string[] {
  return [
    count(runs),
    count(files),
    successRate === null ? '–' : percent(successRate),
    size(fileBytes),
    count(counters.read),
    count(counters.stored),
    count(counters.filtered),
    count(counters.quarantined),
    rate(rowsPerSecond.p50),
    duration(seconds.p95),
  ];
}
