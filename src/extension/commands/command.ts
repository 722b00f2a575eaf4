import * as vscode from 'vscode';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import type { Services } from '../services.ts';

/** Does a command's work. What it throws is logged and shown with what the user can do next; a `Cancelled` ends it silently. */
export type CommandHandler = (services: Services, ...args: unknown[]) => unknown;

/** The user has left a question open. */
export class Cancelled extends Error {}

/** What can be done about an error right from its message. */
interface ErrorAction {
  title: string;
  run: () => unknown;
}

/** Registers commands; the one place where their errors are caught, logged and shown. */
export function registerCommands(
  services: Services,
  handlers: Readonly<Record<string, CommandHandler>>,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        services.log.debug(id);
        try {
          return await handler(services, ...args);
        } catch (error) {
          if (!(error instanceof Cancelled)) await show(services, id, error);
          return undefined;
        }
      }),
    ),
  );
}

async function show({ log }: Services, id: string, error: unknown): Promise<void> {
  const hint = error instanceof PlatformError ? error.hint : undefined;
  log.error(`${id}: ${messageOf(error)}${hint ? ` (${hint})` : ''}`);
  if (!(error instanceof PlatformError) && error instanceof Error && error.stack) log.debug(error.stack);
  const text = hint ? `${messageOf(error)} — ${hint}` : messageOf(error);
  const actions = actionsFor(error, log);
  const chosen = await vscode.window.showErrorMessage(text, ...actions.map(({ title }) => title));
  await actions.find(({ title }) => title === chosen)?.run();
}

function actionsFor(error: unknown, log: vscode.LogOutputChannel): ErrorAction[] {
  const showLog: ErrorAction = { title: vscode.l10n.t('Show Log'), run: () => log.show() };
  const code = error instanceof PlatformError ? error.code : '';
  const command = (title: string, id: string): ErrorAction => ({
    title,
    run: () => vscode.commands.executeCommand(id),
  });
  switch (code) {
    case 'WORKSPACE_NOT_TRUSTED':
      return [command(vscode.l10n.t('Manage Trust'), 'workbench.trust.manage')];
    case 'CONTROL_PLANE_UNREACHABLE':
    case 'PLATFORM_NOT_UP':
      return [command(vscode.l10n.t('Start Platform'), 'mysimbdp.startPlatform'), showLog];
    case 'METADATA_CORRUPT':
    case 'METADATA_UNAVAILABLE':
      return [command(vscode.l10n.t('Run Doctor'), 'mysimbdp.doctor'), showLog];
    default:
      return [showLog];
  }
}
