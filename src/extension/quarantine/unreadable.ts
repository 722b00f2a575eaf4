import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';

/** @param path in quarantine */
export function quarantineUnreadable(path: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'QUARANTINE_UNREADABLE',
    message: vscode.l10n.t('{0} cannot be read.', path),
    hint: vscode.l10n.t('It may have been moved or deleted.'),
    cause,
  });
}
