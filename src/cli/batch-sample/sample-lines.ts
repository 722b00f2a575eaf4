import type { SampledRecord, SampleResult } from '../../protocol/samples.ts';
import { count, counted, duration } from '../terminal/figures.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printable } from '../terminal/text.ts';

/** A line a row: what went in beside what came out of it, or why nothing did. */
export function sampleTable(result: SampleResult, width: number): string[] {
  return table(
    [
      { title: 'line', align: 'right' },
      { title: 'in', flexible: true },
      { title: 'out', flexible: true },
      { title: 'rejected', flexible: true },
    ],
    result.records.flatMap((record) => linesOf(result, record)),
    { width },
  );
}

function linesOf({ columns, table: { columns: tableColumns } }: SampleResult, record: SampledRecord): string[][] {
  const { line, input, raw, outcome } = record;
  const first = [count(line), input ? pairs(columns, input) : raw];
  switch (outcome.kind) {
    case 'stored': {
      const names = tableColumns.map(({ name }) => name);
      return outcome.rows.map((row, i) => [...(i === 0 ? first : ['', '']), pairs(names, row), '']);
    }
    case 'filtered':
      return [[...first, '(filtered)', '']];
    case 'rejected': {
      const { column, code, reason } = outcome;
      return [[...first, '', `${code}: ${column === null ? '' : `${column}: `}${reason}`]];
    }
    case 'unanswered':
      return [[...first, '(no answer)', '']];
  }
}

/** `id=1 name="two words"`; what has no value is left out. */
function pairs(names: readonly string[], values: readonly (string | null)[]): string {
  return names
    .flatMap((name, i) => {
      const value = values[i] ?? null;
      return value === null ? [] : [`${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`];
    })
    .join(' ');
}

/** What came of the sample as a whole. */
export function sampleSummary(
  { counts, whole, file, fault, warnings, seconds, app }: SampleResult,
  terminal: Terminal,
): string[] {
  const { read, stored, filtered, rejected, rows } = counts;
  const lines = [
    `${app} on ${printable(file)}: ${counted(read, 'record')}${whole ? '' : ' of more'}, ${count(stored)} stored as ${counted(rows, 'row')}, ` +
      `${count(filtered)} filtered, ${count(rejected)} rejected; nothing was kept (${duration(seconds)})`,
  ];
  for (const { code, message, hint } of warnings) {
    lines.push(
      `${terminal.paint('yellow', 'warning')} ${code}: ${printable(message)}`,
      ...(hint ? [`  ${printable(hint)}`] : []),
    );
  }
  if (fault) {
    lines.push(`${terminal.paint('red', 'error')} ${fault.code}: ${printable(fault.message)}`);
    if (fault.hint) lines.push(`  ${printable(fault.hint)}`);
  }
  return lines;
}
