import * as vscode from 'vscode';
import type { RuntimeSettings } from '../../runtimes/runtime-settings.ts';
import { Cancelled } from '../cancelled.ts';
import { savePlatformFile } from '../documents/save-first.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { isCassandra } from '../platforms/service-kinds.ts';
import { requireTrust } from '../platforms/trust.ts';
import type { Services } from '../services.ts';
import { choosePlatform, targetOf } from './choose.ts';
import type { CommandHandler } from './command.ts';
import { notify } from './notices.ts';

type Kind = RuntimeSettings['kind'];

async function chooseRuntime(services: Services, from: unknown): Promise<void> {
  const session = await choosePlatform(services, from);
  await savePlatformFile(session.folder);
  const { loadPlatform } = await import('../../tenants/load.ts');
  const { settings } = await loadPlatform(session.folder);
  const now = settings?.runtime.kind;
  const entry = (kind: Kind, label: string, detail: string) => ({
    label,
    detail,
    runtime: kind,
    ...(kind === now ? { description: vscode.l10n.t('now') } : {}),
  });
  const picked = await vscode.window.showQuickPick(
    [
      entry('embedded', vscode.l10n.t('Embedded'), vscode.l10n.t('Nothing but the managers; no Docker is needed.')),
      entry('docker', vscode.l10n.t('Docker'), vscode.l10n.t('Cassandra and Kafka in containers on this machine.')),
      entry(
        'external',
        vscode.l10n.t('External'),
        vscode.l10n.t('Clusters that there are already, as runtime.external of mysimbdp.yaml names them.'),
      ),
      entry('auto', vscode.l10n.t('Automatic'), vscode.l10n.t('Docker where an engine answers, else embedded.')),
    ],
    { title: vscode.l10n.t('Where Cassandra and Kafka come from') },
  );
  if (!picked) throw new Cancelled();
  if (picked.runtime === now) return;
  const { setRuntimeKind } = await import('../../tenants/runtime-choice.ts');
  await setRuntimeKind(session.folder, picked.runtime);
  if (!session.isUp) return;
  const restart = vscode.l10n.t('Restart Platform');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The platform {0} has its new runtime after a restart.', session.name),
    restart,
  );
  if (chosen === restart) await vscode.commands.executeCommand('mysimbdp.restartPlatform', { session });
}

/** Shows the log of a server as its container has it, and what comes to it. */
async function showServiceLog(services: Services, from: unknown): Promise<void> {
  // Which engine is asked, the workspace says.
  requireTrust('asks');
  const { session, service } = await chooseService(services, from);
  const [{ loadPlatform }, { serviceLog }] = await Promise.all([
    import('../../tenants/load.ts'),
    import('../../runtimes/start-services.ts'),
  ]);
  const { settings } = await loadPlatform(session.folder);
  await services.logs.follow(`${session.name} ${service}`, `${session.folder.root}#${service}`, (signal) =>
    serviceLog(session.folder, settings?.runtime, service, { lines: 500, follow: true }, signal),
  );
}

/** Puts what a client needs for a service into the clipboard, with the password of one of our own: the user has asked for it. */
async function copyConnection(services: Services, from: unknown): Promise<void> {
  // What is pasted leads to where the workspace says, with a password that the workspace says.
  requireTrust('hands out');
  const { session, service } = await chooseService(services, from);
  const [{ loadPlatform }, { connectionOf }] = await Promise.all([
    import('../../tenants/load.ts'),
    import('../../runtimes/start-services.ts'),
  ]);
  const { settings } = await loadPlatform(session.folder);
  const all = session.status?.services ?? [];
  const ours = all.find((one) => one.service === service)?.container !== null;
  const kind = service.replace(/\d+$/, '');
  const endpoints = all.flatMap((one) => (one.service.startsWith(kind) && one.endpoint !== null ? [one.endpoint] : []));
  await vscode.env.clipboard.writeText(await connectionOf(session.folder, settings?.runtime, service, endpoints));
  void vscode.window.showInformationMessage(
    ours
      ? vscode.l10n.t('How to reach {0} is in the clipboard, with user and password.', service)
      : vscode.l10n.t('How to reach {0} is in the clipboard; its password is where mysimbdp.yaml refers to.', service),
  );
}

/** Opens cqlsh in the container of a node of Cassandra, logged in. */
async function openCqlsh(services: Services, from: unknown): Promise<void> {
  requireTrust('asks');
  const { session, service } = await chooseService(services, from, isCassandra);
  const [{ loadPlatform }, { openCqlShell }, { ShellTerminal }] = await Promise.all([
    import('../../tenants/load.ts'),
    import('../../runtimes/start-services.ts'),
    import('../terminals/shell-terminal.ts'),
  ]);
  const shell = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('mysimbdp: opening cqlsh in {0}', service) },
    async () => {
      const { settings } = await loadPlatform(session.folder);
      return openCqlShell(session.folder, settings?.runtime, service);
    },
  );
  // Nothing ends with the window in a container by itself.
  const { subscriptions } = services.context;
  const owned = new vscode.Disposable(() => void shell.end());
  subscriptions.push(owned);
  void shell.ended.then(() => subscriptions.splice(subscriptions.indexOf(owned), 1));
  vscode.window
    .createTerminal({
      name: vscode.l10n.t('cqlsh: {0} of {1}', service, session.name),
      pty: new ShellTerminal(shell),
      iconPath: new vscode.ThemeIcon('database'),
      isTransient: true,
    })
    .show();
}

/** A service of a platform: the argument's, the only one that suits, or one that is asked for. */
async function chooseService(
  services: Services,
  from: unknown,
  suits: (service: string) => boolean = () => true,
): Promise<{ session: PlatformSession; service: string }> {
  const suitable = ({ status }: PlatformSession) => (status?.services ?? []).filter(({ service }) => suits(service));
  const session = await choosePlatform(services, from, (one) => suitable(one).length > 0);
  const named = targetOf(from).service;
  if (named !== undefined) return { session, service: named };
  const all = suitable(session);
  const [first] = all;
  if (!first) {
    void notify(
      'information',
      vscode.l10n.t('The platform {0} has no services: it is down, or its runtime is the embedded one.', session.name),
      { title: vscode.l10n.t('Choose Runtime'), command: 'mysimbdp.chooseRuntime', about: { session } },
    );
    throw new Cancelled();
  }
  if (all.length === 1) return { session, service: first.service };
  const picked = await vscode.window.showQuickPick(
    all.map(({ service, endpoint }) => ({ label: service, description: endpoint ?? '' })),
    { title: vscode.l10n.t('Which service?') },
  );
  if (!picked) throw new Cancelled();
  return { session, service: picked.label };
}

export const runtimeCommands: Record<string, CommandHandler> = {
  'mysimbdp.chooseRuntime': chooseRuntime,
  'mysimbdp.showServiceLog': showServiceLog,
  'mysimbdp.copyConnection': copyConnection,
  'mysimbdp.openCqlsh': openCqlsh,
};
