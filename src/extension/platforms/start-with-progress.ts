import * as vscode from 'vscode';
import type { ServiceStage } from '../../runtimes/services.ts';
import { cancelledBy } from '../cancelled.ts';
import type { PlatformSession, SessionStage } from './platform-session.ts';

/**
 * Starts a platform, and shows meanwhile what is done for it. In a notification it can be called off.
 * @throws PlatformError why it cannot be started; Cancelled
 */
export async function startWithProgress(session: PlatformSession, location: vscode.ProgressLocation): Promise<void> {
  const title = vscode.l10n.t('Starting the platform {0}', session.name);
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    await session.start({
      signal: cancelledBy(token),
      onStage: (stage) => progress.report({ message: stageText(stage) }),
      onServiceProgress: ({ service, stage, detail }) =>
        progress.report({ message: `${service}: ${detail ?? serviceStageText(stage)}` }),
    });
  });
}

function stageText(stage: SessionStage): string {
  switch (stage) {
    case 'profiles':
      return vscode.l10n.t('reading the profiles');
    case 'services':
      return vscode.l10n.t('opening its records');
    case 'recovery':
      return vscode.l10n.t('going on with the runs of the last time');
    case 'handover':
      return vscode.l10n.t('waiting until another process lets go of it');
  }
}

function serviceStageText(stage: ServiceStage): string {
  switch (stage) {
    case 'image':
      return vscode.l10n.t('looking for its image');
    case 'container':
      return vscode.l10n.t('starting its container');
    case 'listening':
      return vscode.l10n.t('waiting until it listens');
    case 'login':
      return vscode.l10n.t('logging in');
    case 'ready':
      return vscode.l10n.t('ready');
  }
}
