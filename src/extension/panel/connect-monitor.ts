import * as vscode from 'vscode';
import type { CommandHandler } from '../commands/command.ts';
import type { Services } from '../services.ts';
import { ChosenSource } from './chosen-source.ts';
import type { PanelAction } from './panel-protocol.ts';
import { registerMonitor } from './register-monitor.ts';

const commandOf: Record<PanelAction, string> = {
  openPlatform: 'mysimbdp.openPlatform',
  startPlatform: 'mysimbdp.startPlatform',
  addTenant: 'mysimbdp.addTenant',
  runBatch: 'mysimbdp.runBatchNow',
};

/** The monitoring panel over the workspace's platforms. */
export function connectMonitor({ context, log, platforms }: Services): {
  disposable: vscode.Disposable;
  commands: Record<string, CommandHandler>;
} {
  const sources = new ChosenSource(() => platforms.sessions, context.workspaceState);
  const run = (command: string, more: object = {}) =>
    vscode.commands.executeCommand(command, { session: sources.shown(), ...more });
  const monitor = registerMonitor(context, sources, {
    actions: {
      cancelRun: (target) => run('mysimbdp.cancelRun', target),
      openRun: (target) => run('mysimbdp.openRunRecord', target),
      openLog: (tenant) =>
        tenant === undefined ? run('mysimbdp.showPlatformLog') : run('mysimbdp.showTenantLog', { tenant }),
      act: (action) => run(commandOf[action]),
    },
    say: (line) => log.info(line),
  });
  return { disposable: monitor, commands: { 'mysimbdp.openMonitor': () => monitor.open() } };
}
