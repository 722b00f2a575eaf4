import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import { reasonPath } from '../../batch/quarantine-places.ts';
import { quarantineUnreadable } from './unreadable.ts';

/**
 * Shows why a file is in quarantine, and the file beside it.
 * @param path of the file
 * @throws QUARANTINE_UNREADABLE
 */
export async function showWholeFile(path: string): Promise<void> {
  try {
    await access(path);
  } catch (cause) {
    throw quarantineUnreadable(path, cause);
  }
  const open = (file: string, viewColumn: vscode.ViewColumn) =>
    vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { viewColumn, preserveFocus: true });
  await open(reasonPath(path), vscode.ViewColumn.One);
  await open(path, vscode.ViewColumn.Two);
}
