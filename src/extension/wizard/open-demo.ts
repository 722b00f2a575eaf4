import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, cancelledBy } from '../cancelled.ts';
import type { Services } from '../services.ts';
import { counted } from '../views/figures.ts';
import { folderTaken, makeInFolder } from './make-in-folder.ts';
import { openFolder } from './open-folder.ts';

/** The folder that is made in a chosen one that has something in it. */
const demoName = 'mysimbdp-demo';

/** Makes the demo platform in a folder that the user chooses, and opens it. */
export async function openDemo({ log }: Services): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t('A folder for the demo platform'),
      openLabel: vscode.l10n.t('Make Demo Here'),
    })) ?? [];
  if (!chosen) throw new Cancelled();
  const dir = await placeFor(chosen.fsPath);
  if (dir === undefined) {
    await openFolder(vscode.Uri.file(join(chosen.fsPath, demoName)), vscode.l10n.t('The demo platform is there.'));
    return;
  }
  const { createDemo } = await import('../../cli/demo/demo-folder.ts');
  const { tenants, leftOut } = await withProgress(dir, (aside, signal, onTenant) =>
    createDemo(aside, { signal, onTenant }),
  );
  for (const { tenant, reason } of leftOut) log.info(`demo: ${tenant} is left out: ${reason}`);
  const files = tenants.reduce((sum, tenant) => sum + tenant.files.length, 0);
  await openFolder(
    vscode.Uri.file(dir),
    vscode.l10n.t(
      'The demo platform is made: {0} with {1} in staging.',
      counted(tenants.length, 'tenant'),
      counted(files, 'file'),
    ),
  );
}

/** The chosen folder when it is empty, else a new one in it; undefined when the user wants the one that is there. */
async function placeFor(chosen: string): Promise<string | undefined> {
  if ((await readdir(chosen)).length === 0) return chosen;
  const dir = join(chosen, demoName);
  const there = await readdir(dir).catch(() => undefined);
  if (!there?.length) return dir;
  if (!there.includes('mysimbdp.yaml')) throw folderTaken(dir);
  const open = vscode.l10n.t('Open It');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('There is a platform folder in {0} already.', dir),
    { modal: true, detail: vscode.l10n.t('It can be opened as it is. For a new demo, choose another folder.') },
    open,
  );
  if (answer !== open) throw new Cancelled();
  return undefined;
}

async function withProgress<T>(
  dir: string,
  make: (aside: string, signal: AbortSignal, onTenant: (tenant: string) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Making the demo platform'),
      cancellable: true,
    },
    async (progress, token) => {
      const signal = cancelledBy(token);
      try {
        return await makeInFolder(dir, (aside) =>
          make(aside, signal, (tenant) => progress.report({ message: tenant })),
        );
      } catch (error) {
        if (signal.aborted) throw new Cancelled();
        throw error;
      }
    },
  );
}
