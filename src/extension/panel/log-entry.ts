import * as z from 'zod';
import { fileLine } from '../../cli/batch-run/file-line.ts';
import { count, counted, duration, rate } from '../../cli/terminal/figures.ts';
import { printable } from '../../cli/terminal/text.ts';
import { ingestionRecord, runRecord, type RunRecord } from '../../protocol/ingestion-log.ts';
import { bounds, logLevels, type LogLevel, type LogLine } from './panel-protocol.ts';

const entry = z.looseObject({ time: z.string(), level: z.enum(logLevels), type: z.string() });
const appEntry = z.looseObject({ app: z.string(), stream: z.string(), text: z.string() });
const ofTenant = z.looseObject({ tenant: z.string() });

const head: ReadonlySet<string> = new Set(['time', 'level', 'type']);

/** A stored line for the panel; `run` is set for the end of a run, which stands in two logs. */
export interface ReadEntry {
  line: LogLine;
  run?: string;
}

/**
 * Reads a JSON line of a log. One that is not understood is shown as it is.
 * @param tenant whose log it is of; null: the platform's
 */
export function readLogEntry(stored: string, tenant: string | null): ReadEntry {
  const parsed = entry.safeParse(parse(stored));
  if (!parsed.success) return { line: line(null, 'info', tenant, printable(stored)) };
  const { time, level, type } = parsed.data;
  const at = Date.parse(time);
  const fields = Object.fromEntries(Object.entries(parsed.data).filter(([name]) => !head.has(name)));
  const named = ofTenant.safeParse(fields);
  const owner = tenant ?? (named.success ? named.data.tenant : null);
  const { text, run } = described(type, fields);
  return { line: line(Number.isNaN(at) ? null : at, level, owner, text), ...(run === undefined ? {} : { run }) };
}

function line(time: number | null, level: LogLevel, tenant: string | null, text: string): LogLine {
  return { time, level, tenant: tenant?.slice(0, bounds.name) ?? null, text: clipped(text) };
}

/** At most as long as the panel takes. */
export function clipped(text: string, most: number = bounds.logText): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** As `clipped`, of what the panel takes as a name. */
export function clippedName(name: string): string {
  return clipped(name, bounds.name);
}

function described(type: string, fields: Record<string, unknown>): { text: string; run?: string } {
  if (type === 'file') {
    const record = ingestionRecord.safeParse(fields);
    if (record.success) return { text: fileLine(record.data, (_, text) => text) };
  }
  if (type === 'run') {
    const run = runRecord.safeParse(fields);
    if (run.success) return { text: runText(run.data), run: run.data.runId };
  }
  if (type === 'app') {
    const app = appEntry.safeParse(fields);
    if (app.success) return { text: `${app.data.app} ${app.data.stream}  ${printable(app.data.text)}` };
  }
  const details = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return { text: printable([type, ...details].join('  ')) };
}

function runText({ app, batchNumber, outcome, files, counters, rowsPerSecond, seconds, cause }: RunRecord): string {
  return [
    `run ${batchNumber.toString()} of ${app} ${outcome}`,
    counted(files, 'file'),
    `${count(counters.read)} read`,
    `${rate(rowsPerSecond)} rows/s`,
    duration(seconds),
    ...(cause ? [printable(`${cause.code}: ${cause.message}`)] : []),
  ].join('  ');
}

function parse(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);
}
