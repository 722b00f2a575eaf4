import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as vscode from 'vscode';
import { PlatformFolder } from '../../foundation/platform-folder.ts';
import { Cancelled } from '../cancelled.ts';
import type { Services } from '../services.ts';
import { createPlatform } from './create-platform.ts';
import { openFolder } from './open-folder.ts';

/** Opens a folder with mysimbdp.yaml; offers to make a platform in one that has none. */
export async function openPlatform(services: Services): Promise<void> {
  const chosen = await chooseFolder();
  if (!existsSync(new PlatformFolder(chosen.fsPath).platformFile)) {
    await agreeToCreate(chosen);
    await createPlatform(services, chosen);
    return;
  }
  await services.platforms.settled();
  if (services.platforms.sessionAt(chosen.fsPath)) {
    await vscode.commands.executeCommand('mysimbdp.platform.focus');
    return;
  }
  await openFolder(chosen, vscode.l10n.t('{0} is a platform folder.', basename(chosen.fsPath)));
}

async function chooseFolder(): Promise<vscode.Uri> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t('Open Platform Folder'),
      openLabel: vscode.l10n.t('Open'),
    })) ?? [];
  if (!chosen) throw new Cancelled();
  // The dialog may end it with a separator.
  return vscode.Uri.file(resolve(chosen.fsPath));
}

async function agreeToCreate({ fsPath }: vscode.Uri): Promise<void> {
  const create = vscode.l10n.t('Create Platform Here');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('There is no platform in {0} yet.', fsPath),
    { modal: true, detail: vscode.l10n.t('A platform folder has mysimbdp.yaml in it.') },
    create,
  );
  if (chosen !== create) throw new Cancelled();
}
