import * as z from 'zod';
import { ingestionRecord, runRecord } from '../protocol/ingestion-log.ts';
import { fileLine } from './batch-run/file-line.ts';
import { count, counted, duration, moment, rate } from './terminal/figures.ts';
import type { Style, Terminal } from './terminal/terminal.ts';
import { printable } from './terminal/text.ts';

// One JSON line of a log; everything beside these hangs on `type`.
const entry = z.looseObject({ time: z.string(), level: z.string(), type: z.string() });
type Entry = z.infer<typeof entry>;

const head: ReadonlySet<string> = new Set(['time', 'level', 'type']);
const levelStyles: Readonly<Record<string, Style>> = { error: 'red', warn: 'yellow', debug: 'dim' };

/** A stored line for people: when, how grave, what. A line that is not understood is given as it is. */
export function logLine(text: string, paint: Terminal['paint'], timeZone?: string): string {
  const parsed = parse(text);
  if (!parsed) return printable(text);
  const time = Date.parse(parsed.time);
  const when = Number.isNaN(time) ? parsed.time : moment(time, timeZone);
  const style = levelStyles[parsed.level];
  const level = parsed.level.padEnd(5);
  return `${paint('dim', when)}  ${style ? paint(style, level) : level}  ${describe(parsed, paint)}`;
}

function parse(text: string): Entry | undefined {
  try {
    return entry.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const appEntry = z.object({ app: z.string(), stream: z.string(), text: z.string() });

function describe(logged: Entry, paint: Terminal['paint']): string {
  const { type } = logged;
  const fields = Object.fromEntries(Object.entries(logged).filter(([name]) => !head.has(name)));
  if (type === 'file') {
    const record = ingestionRecord.safeParse(fields);
    if (record.success) return fileLine(record.data, paint);
  }
  if (type === 'run') {
    const run = runRecord.safeParse(fields);
    if (run.success) return runLine(run.data);
  }
  if (type === 'app') {
    const line = appEntry.safeParse(fields);
    if (line.success) return `${paint('dim', `${line.data.app} ${line.data.stream}`)}  ${printable(line.data.text)}`;
  }
  const details = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return printable([type, ...details].join('  '));
}

function runLine(run: z.infer<typeof runRecord>): string {
  const { tenant, app, batchNumber, outcome, files, counters, rowsPerSecond, seconds, cause } = run;
  return [
    `run ${batchNumber} of ${tenant}/${app} ${outcome}`,
    counted(files, 'file'),
    `${count(counters.read)} read`,
    `${rate(rowsPerSecond)} rows/s`,
    duration(seconds),
    ...(cause ? [printable(`${cause.code}: ${cause.message}`)] : []),
  ].join('  ');
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);
}
