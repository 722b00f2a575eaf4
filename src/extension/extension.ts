import * as vscode from 'vscode';
import { ProfileDiagnostics } from './profile-diagnostics.ts';

/** Nothing is read here: profiles are checked once the editor is idle, and when one is saved. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('mysimbdp', { log: true });
  const diagnostics = new ProfileDiagnostics(log);
  context.subscriptions.push(
    log,
    diagnostics,
    vscode.commands.registerCommand('mysimbdp.checkProfiles', () => diagnostics.checkAll()),
  );
}
