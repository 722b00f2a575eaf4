import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled } from '../cancelled.ts';
import type { Services } from '../services.ts';
import { nativePrompts } from './native-prompts.ts';
import { openFolder } from './open-folder.ts';

/**
 * Makes a platform folder in a folder of the workspace or another one, and goes on with what comes next.
 * @param where the folder; asked for when it is not given
 */
export async function createPlatform({ platforms, log }: Services, where?: vscode.Uri): Promise<void> {
  await platforms.settled();
  const uri = where ?? (await chooseFolder((folder) => platforms.sessionOf(folder) !== undefined));
  const name = await askName(uri);
  const { createPlatformFolder } = await import('../../tenants/scaffold.ts');
  await createPlatformFolder(uri.fsPath, name);
  log.info(`${uri.fsPath} is the platform folder of ${name} now`);
  if (!vscode.workspace.workspaceFolders?.some((folder) => folder.uri.toString() === uri.toString())) {
    await openFolder(uri, vscode.l10n.t('The platform folder {0} is made.', name));
    return;
  }
  await platforms.refresh();
  void offerTenant(uri, name);
}

async function chooseFolder(isPlatform: (folder: vscode.Uri) => boolean): Promise<vscode.Uri> {
  const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file' && !isPlatform(uri));
  if (open.length > 0) {
    const another = { label: `$(folder-opened) ${vscode.l10n.t('Another folder…')}`, uri: undefined };
    const picked = await vscode.window.showQuickPick(
      [...open.map(({ name, uri }) => ({ label: `$(root-folder) ${name}`, description: uri.fsPath, uri })), another],
      { title: vscode.l10n.t('Create Platform Folder'), placeHolder: vscode.l10n.t('Where mysimbdp.yaml is made') },
    );
    if (!picked) throw new Cancelled();
    if (picked.uri) return picked.uri;
  }
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t('Create Platform Folder'),
      openLabel: vscode.l10n.t('Create Here'),
    })) ?? [];
  if (!chosen) throw new Cancelled();
  return chosen;
}

async function askName(uri: vscode.Uri): Promise<string> {
  const [{ nearestName }, { nameProblem }] = await Promise.all([
    import('../../tenants/schema-diagnostics.ts'),
    import('./steps/name.ts'),
  ]);
  const answer = await nativePrompts(vscode.l10n.t('Create Platform Folder')).input(
    {
      value: nearestName(basename(uri.fsPath)) ?? 'platform',
      prompt: vscode.l10n.t('Name of the platform'),
      problem: nameProblem,
    },
    { title: vscode.l10n.t('Name'), step: 1, total: 1, canGoBack: false },
  );
  if (typeof answer === 'string') throw new Cancelled();
  return answer.value;
}

async function offerTenant(uri: vscode.Uri, name: string): Promise<void> {
  const add = vscode.l10n.t('Add Tenant');
  const file = vscode.l10n.t('Open mysimbdp.yaml');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The platform folder {0} is made.', name),
    add,
    file,
  );
  if (chosen === add) await vscode.commands.executeCommand('mysimbdp.addTenant', { folder: uri.fsPath });
  if (chosen === file) await vscode.window.showTextDocument(vscode.Uri.joinPath(uri, 'mysimbdp.yaml'));
}
