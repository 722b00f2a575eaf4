import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated } from './extension.ts';

describe('activation', () => {
  it('happens in a folder with mysimbdp.yaml', async () => {
    const extension = await activated();
    assert.ok(extension.isActive);
  });

  it('runs where the workspace is', () => {
    const extension = vscode.extensions.getExtension('mysimbdp.mysimbdp');
    assert.equal(extension?.extensionKind, vscode.ExtensionKind.Workspace);
  });

  it('registers every command that the manifest contributes', async () => {
    const extension = await activated();
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });
});
