import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';

// What reads or writes files of a platform folder knows only what is on disk: what the user has in an editor goes there first.

/**
 * Saves what is edited of a tenant's profile, apps and whatever else they may be made of; of all tenants when none is named. Data
 * that waits in staging stays as it is: saved, it would be ingested.
 * @throws NOT_SAVED
 */
export async function saveProfileAndApps(folder: PlatformFolder, tenant?: string): Promise<void> {
  await saveFirst(folder, (path) => {
    const [of, inside] = relative(folder.tenants, path).split(sep);
    return of !== '..' && of === (tenant ?? of) && inside !== undefined && inside !== 'staging';
  });
}

/** Saves mysimbdp.yaml before it is changed on disk: a save behind that would undo the change. @throws NOT_SAVED */
export async function savePlatformFile(folder: PlatformFolder): Promise<void> {
  await saveFirst(folder, (path) => path === folder.platformFile);
}

async function saveFirst(folder: PlatformFolder, isMeant: (path: string) => boolean): Promise<void> {
  const edited = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
  for (const document of edited.filter(({ uri }) => isMeant(uri.fsPath))) {
    const isSaved = await document.save();
    if (!isSaved) throw notSaved(folder.display(document.uri.fsPath));
  }
}

function notSaved(file: string): PlatformError {
  return new PlatformError({
    code: 'NOT_SAVED',
    message: vscode.l10n.t('{0} has changes in its editor that could not be saved.', file),
    hint: vscode.l10n.t('Save it or revert it there, then try again.'),
    kind: 'conflict',
  });
}
