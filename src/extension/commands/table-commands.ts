import * as vscode from 'vscode';
import { unlessAborted } from '../../foundation/deadlines.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { Cancelled, cancelledBy } from '../cancelled.ts';
import { requireTrust } from '../platforms/trust.ts';
import type { Services } from '../services.ts';
import type { TableFigures } from '../../coredms/reader-thread.ts';
import { count, counted, rowsOf } from '../views/figures.ts';
import { keyspaceOf } from '../views/tables-node.ts';
import { chooseTenant, targetOf } from './choose.ts';
import type { CommandHandler } from './command.ts';

const shownRows = 200;
/** Characters of a cell. */
const cellWidth = 60;

async function previewTable(services: Services, from: unknown): Promise<void> {
  // It goes to whatever cluster the workspace names, or opens a database of the workspace.
  requireTrust('asks');
  const { session, tenant } = await chooseTenant(services, from);
  const reader = await services.reader();
  const keyspace = keyspaceOf(session, tenant);
  const table = targetOf(from).table ?? (await pickTable(await whileReading(tenant, reader.tables(keyspace)), tenant));
  const { columns, rows, total } = await whileReading(tenant, reader.read(keyspace, table, shownRows));
  const { table: lines } = await import('../../cli/terminal/table.ts');
  const text = lines(
    columns.map(({ name }) => ({ title: name, flexible: true })),
    rows.map((row) => row.map(cell)),
    { width: Infinity },
  );
  const whole = total.more ? `${count(total.rows)}+` : count(total.rows);
  const heading = vscode.l10n.t('{0} of {1}', counted(rows.length, 'row'), whole);
  await services.documents.show(session.folder, `table/${tenant}.${table}.txt`, [heading, '', ...text, ''].join('\n'));
}

/** Shows that something is read, and can be left: a cluster may be slow to answer. */
async function whileReading<T>(tenant: string, reading: Promise<T>): Promise<T> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Reading the tables of {0}', tenant),
      cancellable: true,
    },
    (_, token) => unlessAborted(reading, cancelledBy(token)),
  );
}

async function pickTable(tables: readonly TableFigures[], tenant: string): Promise<string> {
  if (tables.length === 0) {
    throw new PlatformError({
      code: 'NO_TABLE',
      message: vscode.l10n.t('{0} has no table yet.', tenant),
      hint: vscode.l10n.t('The first run makes it.'),
    });
  }
  const [only] = tables;
  if (tables.length === 1 && only) return only.spec.name;
  const picked = await vscode.window.showQuickPick(
    tables.map(({ spec, rows }) => ({ label: spec.name, description: rowsOf(rows) })),
    { title: vscode.l10n.t('Which table?') },
  );
  if (!picked) throw new Cancelled();
  return picked.label;
}

function cell(value: unknown): string {
  const text = value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > cellWidth ? `${line.slice(0, cellWidth - 1)}…` : line;
}

export const tableCommands: Record<string, CommandHandler> = { 'mysimbdp.previewTable': previewTable };
