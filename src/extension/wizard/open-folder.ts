import * as vscode from 'vscode';

/** Opens a platform folder that is not in the workspace: at once in an empty window, else as the user wants it. */
export async function openFolder(uri: vscode.Uri, done: string): Promise<void> {
  if (!vscode.workspace.workspaceFolders?.length) {
    await vscode.commands.executeCommand('vscode.openFolder', uri, { forceReuseWindow: true });
    return;
  }
  const open = vscode.l10n.t('Open');
  const inNewWindow = vscode.l10n.t('Open in New Window');
  const add = vscode.l10n.t('Add to Workspace');
  const chosen = await vscode.window.showInformationMessage(done, open, inNewWindow, add);
  if (chosen === open) await vscode.commands.executeCommand('vscode.openFolder', uri, { forceReuseWindow: true });
  if (chosen === inNewWindow) await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
  if (chosen === add) {
    vscode.workspace.updateWorkspaceFolders(vscode.workspace.workspaceFolders.length, 0, { uri });
  }
}
