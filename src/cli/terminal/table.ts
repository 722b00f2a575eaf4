import { pad, printable, truncate, width } from './text.ts';

export interface Column {
  title: string;
  /** Default: left. Figures go to the right. */
  align?: 'left' | 'right';
  /** May be cut to make the table fit; the widest such column gives first. */
  flexible?: boolean;
}

interface TableOptions {
  /** Columns of the terminal; without it nothing is cut. */
  width?: number | undefined;
  /** A last row below a rule: the sums. */
  footer?: readonly string[];
}

const gap = '  ';
const narrowest = 8;

/** Lines of an aligned table: titles, a rule, rows. Cells are one line each whatever is in them. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const cells = [...rows, ...(options.footer ? [options.footer] : [])].map((row) =>
    columns.map((_, index) => printable(row[index] ?? '')),
  );
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...cells.map((row) => width(row[index] ?? ''))),
  );
  if (options.width !== undefined) shrink(columns, widths, options.width);

  const line = (row: readonly string[]) =>
    columns
      .map((column, index) => {
        const columnWidth = widths[index] ?? 0;
        return pad(truncate(row[index] ?? '', columnWidth), columnWidth, column.align);
      })
      .join(gap)
      .trimEnd();
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join(gap);
  const footer = options.footer ? cells.pop() : undefined;
  return [line(columns.map(({ title }) => title)), rule, ...cells.map(line), ...(footer ? [rule, line(footer)] : [])];
}

function shrink(columns: readonly Column[], widths: number[], available: number): void {
  let excess = widths.reduce((sum, columnWidth) => sum + columnWidth, gap.length * (widths.length - 1)) - available;
  while (excess > 0) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      if (column.flexible && (widths[index] ?? 0) > (widths[widest] ?? narrowest)) widest = index;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
}
