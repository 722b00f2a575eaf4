import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { messageOf } from '../../foundation/errors.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { count } from '../views/figures.ts';
import { linesOf } from './lines.ts';
import { readRejects, type Reject } from './rejects.ts';
import { SideBySide } from './side-by-side.ts';
import { findSource } from './source-file.ts';
import { quarantineUnreadable } from './unreadable.ts';

/** Rejected records that are offered at once; the file has all of them. */
const mostShown = 1000;

/**
 * Shows the rejected records of a file: one is picked from a list of reasons, and as the list is walked through, the record in
 * quarantine and its line in the source are shown side by side.
 * @param path of the file of rejected records
 * @throws QUARANTINE_UNREADABLE
 */
export async function showRejects(services: Services, session: PlatformSession, path: string): Promise<void> {
  const { rejects, bytes } = await readable(path);
  const source = rejects[0] && (await findSource(session.folder, path, rejects[0].file));
  const sides = new SideBySide(services.documents, session.folder, { path, bytes }, source);
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { reject: Reject }>();
  const all = rejects.length < mostShown ? rejects.length : await countLines(path);
  picker.title =
    rejects.length === all
      ? vscode.l10n.t('Rejected records ({0})', count(all))
      : vscode.l10n.t('Rejected records (first {0} of {1})', count(rejects.length), count(all));
  picker.placeholder = vscode.l10n.t('Walk through them: the record and its line in the source are shown side by side');
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = rejects.map((reject) => ({
    label: vscode.l10n.t('Line {0}', reject.line),
    description: [reject.column, reject.code].filter(Boolean).join(' · '),
    detail: reject.reason,
    reject,
  }));
  picker.onDidChangeActive(([active]) => {
    if (active) sides.show(active.reject).catch((error: unknown) => services.log.warn(`${path}: ${messageOf(error)}`));
  });
  picker.onDidAccept(() => picker.hide());
  picker.onDidHide(() => picker.dispose());
  picker.show();
}

/** Each line of the file is a rejected record. */
async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const line of linesOf(path)) if (line !== '') lines++;
  return lines;
}

async function readable(path: string): Promise<{ rejects: Reject[]; bytes: number }> {
  try {
    const { size } = await stat(path);
    return { rejects: await readRejects(path, mostShown), bytes: size };
  } catch (cause) {
    throw quarantineUnreadable(path, cause);
  }
}
