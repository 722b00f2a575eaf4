import { connectCoreDms } from '../coredms/connect.ts';
import { tableNotFound } from '../coredms/core-dms-errors.ts';
import type { JsonValue } from '../coredms/cql-values.ts';
import { readJsonRows } from '../coredms/json-rows.ts';
import { readingAccess } from '../coredms/location.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { exitStatus } from './errors.ts';
import { requireTenant } from './known-tenant.ts';
import { count, counted } from './terminal/figures.ts';
import { table as tableLines } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';

/** `mysimbdp query`. Throws UNKNOWN_TENANT, and what CoreDms throws. */
export async function queryTable(
  terminal: Terminal,
  folder: PlatformFolder,
  tenant: string,
  table: string,
  options: { count?: boolean; limit: number; json?: boolean },
): Promise<number> {
  await requireTenant(folder, tenant);
  const access = await readingAccess(folder, tenant);
  if (!access) throw tableNotFound(table, []);
  const coreDms = await connectCoreDms(access, 'read');
  try {
    if (options.count) {
      const total = await coreDms.count(table);
      terminal.print(options.json ? JSON.stringify({ count: total }) : count(total));
      return exitStatus.done;
    }
    const { columns, rows, total } = await readJsonRows(coreDms, table, options.limit);
    if (options.json) {
      const objects = rows.map((row) =>
        Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])),
      );
      terminal.print(JSON.stringify(objects));
      return exitStatus.done;
    }
    terminal.print(
      ...tableLines(
        columns.map(({ name, type }) => ({ title: name, flexible: true, align: isNumeric(type) ? 'right' : 'left' })),
        rows.map((row) => row.map(cell)),
        { width: terminal.columns },
      ),
    );
    const whole = total.more ? `more than ${count(total.rows)}; --count counts them` : count(total.rows);
    terminal.note(`${counted(rows.length, 'row')} of ${whole}`);
    return exitStatus.done;
  } finally {
    await coreDms.dispose();
  }
}

const numericTypes = new Set(['tinyint', 'smallint', 'int', 'bigint', 'varint', 'float', 'double', 'decimal']);
function isNumeric(type: string): boolean {
  return numericTypes.has(type);
}

function cell(value: JsonValue): string {
  if (value === null) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
