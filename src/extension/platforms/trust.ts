import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';

/**
 * What is done by the word of the workspace: it runs its apps, asks an engine or cluster that it names, hands out its
 * passwords.
 */
type ByItsWord = 'runs' | 'asks' | 'hands out';

/** What is of the workspace is run, asked and handed out only where it is trusted. @throws PlatformError WORKSPACE_NOT_TRUSTED */
export function requireTrust(what: ByItsWord): void {
  if (vscode.workspace.isTrusted) return;
  throw new PlatformError({
    code: 'WORKSPACE_NOT_TRUSTED',
    message: textOf(what),
    hint: vscode.l10n.t('Trust the workspace first.'),
  });
}

function textOf(what: ByItsWord): string {
  switch (what) {
    case 'runs':
      return vscode.l10n.t('This runs apps of this workspace, and the workspace is not trusted.');
    case 'asks':
      return vscode.l10n.t('This connects to what this workspace names, and the workspace is not trusted.');
    case 'hands out':
      return vscode.l10n.t('This hands out passwords that this workspace names, and the workspace is not trusted.');
  }
}
