import { basename } from 'node:path';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SampleFile } from '../../batch/sample/sample-files.ts';
import type { BatchApp } from '../../tenants/effective-profile.ts';
import { Cancelled } from '../cancelled.ts';
import type { Services } from '../services.ts';
import { bytes } from '../views/figures.ts';
import type { SampleTarget } from './sample-target.ts';

type Item = vscode.QuickPickItem & { path?: string };

/**
 * The file that an app is tried on: the one that was chosen for it last (also when it has been ingested meanwhile), unless
 * `ask` wants another; otherwise one that is asked for. The choice is remembered for the workspace. Absolute.
 */
export async function chooseSample(
  services: Services,
  target: SampleTarget,
  app: BatchApp,
  ask: boolean,
): Promise<string> {
  const { sampleFiles } = await import('../../batch/sample/sample-files.ts');
  const remembered = services.context.workspaceState.get<string>(keyOf(target));
  if (remembered !== undefined && !ask && existsSync(remembered)) return remembered;
  const files = await sampleFiles(target.session.folder, target.tenant, app);
  const moved = files.find(({ name }) => remembered !== undefined && name === basename(remembered));
  const path = moved && !ask ? moved.path : await askForFile(files, app);
  await rememberSample(services, target, path);
  return path;
}

export async function rememberSample({ context }: Services, target: SampleTarget, path: string): Promise<void> {
  await context.workspaceState.update(keyOf(target), path);
}

function keyOf({ session, tenant, app }: SampleTarget): string {
  return `mysimbdp.sample#${session.folder.root}#${tenant}#${app}`;
}

async function askForFile(files: readonly SampleFile[], app: BatchApp): Promise<string> {
  const picked = await vscode.window.showQuickPick<Item>(itemsOf(files), {
    title: vscode.l10n.t('Which file is {0} tried on? Nothing is stored.', app.name),
    placeHolder: vscode.l10n.t('Files that the app takes: {0}', app.files),
    matchOnDescription: true,
  });
  if (!picked) throw new Cancelled();
  if (picked.path !== undefined) return picked.path;
  const [other] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('A file for {0}', app.name),
      openLabel: vscode.l10n.t('Use as Sample'),
    })) ?? [];
  if (!other) throw new Cancelled();
  return other.fsPath;
}

function itemsOf(files: readonly SampleFile[]): Item[] {
  const titles: Record<SampleFile['place'], string> = {
    staging: vscode.l10n.t('waiting in staging'),
    samples: vscode.l10n.t('samples'),
    quarantine: vscode.l10n.t('in quarantine'),
    archive: vscode.l10n.t('ingested'),
  };
  const items: Item[] = [];
  let place: SampleFile['place'] | undefined;
  for (const file of files) {
    if (file.place !== place) items.push({ label: titles[file.place], kind: vscode.QuickPickItemKind.Separator });
    place = file.place;
    items.push({
      label: file.name,
      description: `${bytes(file.bytes)}, ${new Date(file.changedAt).toLocaleString(vscode.env.language)}`,
      path: file.path,
    });
  }
  items.push({ label: '', kind: vscode.QuickPickItemKind.Separator });
  items.push({ label: vscode.l10n.t('$(folder-opened) Other File…'), alwaysShow: true });
  return items;
}
