import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';

/** What is of the workspace is run only where it is trusted. @throws PlatformError WORKSPACE_NOT_TRUSTED */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new PlatformError({
    code: 'WORKSPACE_NOT_TRUSTED',
    message: vscode.l10n.t('This runs apps of this workspace, and the workspace is not trusted.'),
    hint: vscode.l10n.t('Trust the workspace first.'),
  });
}
