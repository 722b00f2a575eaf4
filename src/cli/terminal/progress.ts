import type { ActiveRun } from '../../protocol/management.ts';
import { bytesDone, shareDone } from '../../protocol/progress.ts';
import { clock, rate } from './figures.ts';
import { pad, printable, truncate, width } from './text.ts';

const barCells = 10;

/** `▕██████░░░░▏` of a share from 0 to 1; full only when all is done. */
export function bar(share: number): string {
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * barCells);
  return `▕${'█'.repeat(filled)}${'░'.repeat(barCells - filled)}▏`;
}

/** A line for each running file, in `columns` columns at most: where, which, how far, how fast, how long still. */
export function progressLines(runs: readonly ActiveRun[], columns: number): string[] {
  const shown = runs.map((run) => ({ what: describe(run), how: measure(run) }));
  const widest = Math.max(0, ...shown.map(({ what }) => width(what)));
  const figures = Math.max(0, ...shown.map(({ how }) => width(how)));
  const room = Math.max(0, Math.min(widest, columns - figures - 2));
  return shown.map(({ what, how }) => truncate(`${pad(truncate(what, room), room)}  ${how}`, columns));
}

function describe(run: ActiveRun): string {
  const file = run.files[run.report?.file?.index ?? 0] ?? '';
  const more = run.files.length - 1 - (run.report?.file?.index ?? 0);
  return printable(`${run.tenant}/${run.app}  ${file}${more > 0 ? ` (+${more.toString()})` : ''}`);
}

function measure({ report }: ActiveRun): string {
  if (report?.file == null) return report?.state === 'draining' ? 'draining' : 'starting';
  const share = shareDone(report.file);
  const left = report.bytesPerSecond > 0 ? clock(secondsLeft(report)) : '–:––';
  const percentage = Math.floor(share * 100).toString();
  const end = report.state === 'draining' ? 'draining' : `ETA ${left}`;
  return `${bar(share)} ${percentage.padStart(3)} %  ${rate(report.rowsPerSecond).padStart(9)} rows/s  ${end}`;
}

/**
 * Bytes on disk that are left, at the pace at which the file is done: decoded bytes a second, scaled by how many bytes
 * on disk one decoded byte has taken so far (they differ in compressed files).
 */
function secondsLeft(report: NonNullable<ActiveRun['report']>): number {
  const { file, bytesPerSecond } = report;
  if (file === null) return 0;
  const done = bytesDone(file);
  const ratio = file.counters.bytes > 0 ? done / file.counters.bytes : 1;
  return (file.size - done) / (bytesPerSecond * ratio);
}
