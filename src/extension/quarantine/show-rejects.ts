import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';
import type { QuarantinedRecord } from '../../runner/quarantine-file.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';

/** Rejected records that are offered at once; the file has all of them. */
const mostShown = 1000;
/** Larger files are not opened beside: editors refuse them. */
const largestSource = 50 * 1024 * 1024;

type Reject = Pick<QuarantinedRecord, 'line' | 'column' | 'code' | 'reason'>;

/**
 * Shows the rejected records of a file: one is picked from a list of reasons, and as the list is walked through, the record in
 * quarantine and its line in the source are shown side by side.
 * @param path of the file of rejected records
 */
export async function showRejects(services: Services, session: PlatformSession, path: string): Promise<void> {
  const rejects = await readRejects(path);
  const source = await sourceOf(session, path);
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { index: number; reject: Reject }>();
  picker.title = vscode.l10n.t('Rejected records ({0})', rejects.length);
  picker.placeholder = vscode.l10n.t('Walk through them: the record and its line in the source are shown side by side');
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = rejects.map((reject, index) => ({
    label: vscode.l10n.t('Line {0}', reject.line),
    description: [reject.column, reject.code].filter(Boolean).join(' · '),
    detail: reject.reason,
    index,
    reject,
  }));
  let showing = Promise.resolve();
  const showActive = ([active]: readonly { index: number; reject: Reject }[]) => {
    if (!active) return;
    showing = showing
      .then(() => sideBySide(path, active.index, source, active.reject.line))
      .catch((error: unknown) => services.log.warn(String(error)));
  };
  picker.onDidChangeActive(showActive);
  picker.onDidAccept(() => picker.hide());
  picker.onDidHide(() => picker.dispose());
  picker.show();
}

async function readRejects(path: string): Promise<Reject[]> {
  const rejects: Reject[] = [];
  try {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    for await (const line of lines) {
      if (line === '') continue;
      rejects.push(JSON.parse(line) as Reject);
      if (rejects.length >= mostShown) break;
    }
  } catch (cause) {
    throw new PlatformError({
      code: 'QUARANTINE_UNREADABLE',
      message: vscode.l10n.t('{0} cannot be read.', path),
      hint: vscode.l10n.t('It may have been moved or deleted.'),
      cause,
    });
  }
  return rejects;
}

/** The file that the records are from, where it is text and not too large: in the archive or beside them in quarantine. */
async function sourceOf({ folder }: PlatformSession, path: string): Promise<string | undefined> {
  const [, tenant, run, name] =
    /[/\\]quarantine[/\\]([^/\\]+)[/\\]([^/\\]+)[/\\](.+)\.rejected\.ndjson$/.exec(path) ?? [];
  if (tenant === undefined || run === undefined || name === undefined) return undefined;
  for (const place of [join(folder.archive(tenant), run, name), join(folder.quarantine(tenant), run, name)]) {
    const { size } = await stat(place).catch(() => ({ size: Infinity }));
    if (size > largestSource) continue;
    const head = await readFile(place).then((bytes) => bytes.subarray(0, 2));
    if (head[0] === 0x1f && head[1] === 0x8b) continue;
    return place;
  }
  return undefined;
}

async function sideBySide(path: string, index: number, source: string | undefined, line: number): Promise<void> {
  await reveal(path, index, vscode.ViewColumn.One);
  if (source !== undefined) await reveal(source, line - 1, vscode.ViewColumn.Two);
}

async function reveal(path: string, line: number, viewColumn: vscode.ViewColumn): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const { range } = document.lineAt(Math.min(Math.max(0, line), document.lineCount - 1));
  const editor = await vscode.window.showTextDocument(document, { viewColumn, preview: true, preserveFocus: true });
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}
