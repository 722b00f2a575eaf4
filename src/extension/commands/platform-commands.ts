import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { unlessAborted } from '../../foundation/deadlines.ts';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import { programPath } from '../../foundation/programs.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { Cancelled, cancelledBy } from '../cancelled.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { startWithProgress } from '../platforms/start-with-progress.ts';
import { requireTrust } from '../platforms/trust.ts';
import type { StopStage } from '../../platform/start-platform.ts';
import type { Services } from '../services.ts';
import { stateText } from '../views/platform-view.ts';
import { choosePlatform } from './choose.ts';
import type { CommandHandler } from './command.ts';
import { notify } from './notices.ts';

const commandMs = 60_000;

async function startPlatform(services: Services, from: unknown): Promise<void> {
  requireTrust('runs');
  const session = await choosePlatform(services, from, ({ isUp }) => !isUp);
  if (session.isUp) {
    void notify('information', vscode.l10n.t('The platform {0} is up already.', session.name), {
      title: vscode.l10n.t('Open Monitor'),
      command: 'mysimbdp.openMonitor',
      about: { session },
    });
    return;
  }
  await startWithProgress(session, vscode.ProgressLocation.Notification);
}

async function stopPlatform(services: Services, from: unknown): Promise<void> {
  const session = await choosePlatform(services, from, ({ isUp, state }) => isUp || state === 'starting');
  if (!session.isUp && session.state !== 'starting') {
    void notify('information', vscode.l10n.t('The platform {0} is not running.', session.name), {
      title: vscode.l10n.t('Start Platform'),
      command: 'mysimbdp.startPlatform',
      about: { session },
    });
    return;
  }
  if (session.state === 'attached' && !(await agreesToStopElsewhere(session))) throw new Cancelled();
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Stopping the platform {0}', session.name),
      cancellable: true,
    },
    (progress, token) => {
      const stopped = session.stop({ onStage: (stage) => progress.report({ message: stopStageText(stage) }) });
      // What drains cannot be undone. It is only not waited for any more, so that a restart ends here.
      stopped.catch((error: unknown) => services.log.error(`${session.name}: ${messageOf(error)}`));
      return unlessAborted(stopped, cancelledBy(token));
    },
  );
}

function stopStageText(stage: StopStage): string {
  switch (stage) {
    case 'runs':
      return vscode.l10n.t('runs finish what they have read');
    case 'services':
      return vscode.l10n.t('its services end');
  }
}

async function agreesToStopElsewhere(session: PlatformSession): Promise<boolean> {
  const stop = vscode.l10n.t('Stop It');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('The platform {0} runs in another process ({1}).', session.name, session.status?.pid ?? 0),
    {
      modal: true,
      detail: vscode.l10n.t('Its runs finish what they have read; what is cut off is resumed by the next start.'),
    },
    stop,
  );
  return chosen === stop;
}

async function restartPlatform(services: Services, from: unknown): Promise<void> {
  // Before it stops what could not be started again.
  requireTrust('runs');
  const session = await choosePlatform(services, from, ({ isUp }) => isUp);
  await stopPlatform(services, { session });
  await startPlatform(services, { session });
}

async function doctor(services: Services, from: unknown): Promise<void> {
  // It connects to whatever engine or cluster the workspace names.
  requireTrust('asks');
  const session = await choosePlatform(services, from);
  const text = await outputOf(session, 'doctor', vscode.l10n.t('mysimbdp: checking {0}', session.name));
  await services.documents.show(session.folder, `doctor/${session.name}.txt`, text);
}

async function showProvision(services: Services, from: unknown): Promise<void> {
  // It logs in to whatever cluster the workspace names, with whatever variable of the environment the workspace names.
  requireTrust('asks');
  const session = await choosePlatform(services, from);
  const { loadPlatform } = await import('../../tenants/load.ts');
  const { cassandra, kafka } = (await loadPlatform(session.folder)).settings?.runtime.external ?? {};
  if (!cassandra && !kafka) {
    void notify('information', vscode.l10n.t('The mysimbdp.yaml of {0} names no external cluster.', session.name), {
      title: vscode.l10n.t('Edit mysimbdp.yaml'),
      command: 'vscode.open',
      about: vscode.Uri.file(session.folder.platformFile),
    });
    return;
  }
  const title = vscode.l10n.t('mysimbdp: looking at the clusters of {0}', session.name);
  await services.documents.show(
    session.folder,
    `provision/${session.name}.txt`,
    await outputOf(session, 'provision', title),
  );
}

/** What a command of the command line prints about a platform folder, whether or not it finds faults. */
async function outputOf(session: PlatformSession, name: 'doctor' | 'provision', title: string): Promise<string> {
  const { reportedFault } = await import('../../cli/errors.ts');
  const { command, args, env } = nodeCommand(programPath('cli'), ['--platform', session.folder.root, name]);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title },
    () =>
      new Promise<string>((resolve, reject) => {
        execFile(
          command,
          args,
          { env: { ...process.env, ...env, NO_COLOR: '1' }, timeout: commandMs },
          (error, stdout, stderr) => {
            // Its exit status tells of failures, which are in its output.
            const fault = reportedFault(stderr);
            if (stdout !== '') resolve(stdout);
            else reject(fault ? new PlatformError(fault) : new Error(stderr.trim() || messageOf(error)));
          },
        );
      }),
  );
}

/** What can be done with the platform, from the status bar. */
async function showMenu(services: Services): Promise<void> {
  const { sessions } = services.platforms;
  const states = sessions.map((session) => `${session.name}: ${stateText(session)}`).join(', ');
  const anyUp = sessions.some(({ isUp }) => isUp);
  const anyStarting = sessions.some(({ state }) => state === 'starting');
  const anyDown = sessions.some(({ isUp, state }) => !isUp && state !== 'starting');
  const items: (vscode.QuickPickItem & { id: string; when: boolean })[] = [
    { label: `$(play) ${vscode.l10n.t('Start platform')}`, id: 'mysimbdp.startPlatform', when: anyDown },
    { label: `$(dashboard) ${vscode.l10n.t('Open monitor')}`, id: 'mysimbdp.openMonitor', when: anyUp },
    { label: `$(run-all) ${vscode.l10n.t('Run batch now')}`, id: 'mysimbdp.runBatchNow', when: anyUp },
    { label: `$(add) ${vscode.l10n.t('Add tenant…')}`, id: 'mysimbdp.addTenant', when: sessions.length > 0 },
    {
      label: `$(output) ${vscode.l10n.t('Show platform log')}`,
      id: 'mysimbdp.showPlatformLog',
      when: sessions.length > 0,
    },
    { label: `$(checklist) ${vscode.l10n.t('Run doctor')}`, id: 'mysimbdp.doctor', when: sessions.length > 0 },
    { label: `$(debug-restart) ${vscode.l10n.t('Restart platform')}`, id: 'mysimbdp.restartPlatform', when: anyUp },
    {
      label: `$(debug-stop) ${vscode.l10n.t('Stop platform')}`,
      id: 'mysimbdp.stopPlatform',
      when: anyUp || anyStarting,
    },
  ];
  const picked = await vscode.window.showQuickPick(
    items.filter(({ when }) => when),
    { title: `mysimbdp — ${states}` },
  );
  if (picked) await vscode.commands.executeCommand(picked.id);
}

async function showPlatformLog(services: Services, from: unknown): Promise<void> {
  const session = await choosePlatform(services, from);
  services.logs.show(session.name, session.folder.platformLog);
}

export const platformCommands: Record<string, CommandHandler> = {
  'mysimbdp.startPlatform': startPlatform,
  'mysimbdp.stopPlatform': stopPlatform,
  'mysimbdp.restartPlatform': restartPlatform,
  'mysimbdp.doctor': doctor,
  'mysimbdp.showProvision': showProvision,
  'mysimbdp.showMenu': showMenu,
  'mysimbdp.showPlatformLog': showPlatformLog,
};
