import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, cancelledBy } from '../cancelled.ts';

/**
 * Copies files into a staging directory, each complete and at once; asks what becomes of a name that is there.
 * @returns the names under which they are there now
 */
export async function stageFiles(staging: string, sources: readonly string[]): Promise<string[]> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Copying into staging'),
      cancellable: true,
    },
    async (progress, token) => {
      const signal = cancelledBy(token);
      const staged: string[] = [];
      for (const source of sources) {
        progress.report({ message: basename(source) });
        try {
          const name = await stage(staging, source, signal);
          if (name !== undefined) staged.push(name);
        } catch (error) {
          // What is there already stays, and is told of.
          if (signal.aborted) break;
          throw error;
        }
        progress.report({ increment: 100 / sources.length });
      }
      return staged;
    },
  );
}

async function stage(staging: string, source: string, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  const { isStaged, stageFile } = await import('../../batch/stage-file.ts');
  const { numberedName } = await import('../../batch/numbered-name.ts');
  const name = basename(source);
  if (await isStaged(source, staging, name)) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is the file that waits in staging already; it is left as it is.', name),
    );
    return name;
  }
  if (await stageFile(source, staging, name, { signal })) return name;
  const replace = vscode.l10n.t('Replace');
  const both = vscode.l10n.t('Keep Both');
  const skip = vscode.l10n.t('Skip');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} waits in staging already.', name),
    { modal: true, detail: vscode.l10n.t('The one that waits is not ingested yet.') },
    replace,
    both,
    skip,
  );
  if (answer === undefined) throw new Cancelled();
  if (answer === skip) return undefined;
  if (answer === replace) {
    await stageFile(source, staging, name, { replace: true, signal });
    return name;
  }
  for (let number = 1; ; number++) {
    const other = numberedName(name, number);
    if (await stageFile(source, staging, other, { signal })) return other;
  }
}
