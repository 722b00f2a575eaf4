import * as vscode from 'vscode';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import { Cancelled } from '../cancelled.ts';
import type { Services } from '../services.ts';
import { actionsOf, hintOf } from './error-help.ts';

/** Does a command's work. What it throws is logged and shown with what the user can do next; a `Cancelled` ends it silently. */
export type CommandHandler = (services: Services, ...args: unknown[]) => unknown;

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
          if (!(error instanceof Cancelled)) await show(services, id, error, args[0]);
          return undefined;
        }
      }),
    ),
  );
}

/** @param about what the command was called with: what is offered is about the same */
async function show({ log }: Services, id: string, error: unknown, about: unknown): Promise<void> {
  const hint = hintOf(error);
  log.error(`${id}: ${messageOf(error)}${hint ? ` (${hint})` : ''}`);
  if (!(error instanceof PlatformError) && error instanceof Error && error.stack) log.debug(error.stack);
  const text = hint ? `${messageOf(error)} — ${hint}` : messageOf(error);
  const actions = actionsOf(error);
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(text, ...actions.map(({ title }) => title), showLog);
  if (chosen === showLog) log.show();
  const action = actions.find(({ title }) => title === chosen);
  if (!action) return;
  const argument = action.argument ?? about;
  await vscode.commands.executeCommand(action.command, ...(argument === undefined ? [] : [argument]));
}
