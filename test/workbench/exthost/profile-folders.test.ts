import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import * as vscode from 'vscode';
import { until } from '../../../src/foundation/deadlines.ts';

describe('profiles in several workspace folders', () => {
  before(async function () {
    this.timeout(30_000);
    // Folders that come late do not activate an extension by what they contain.
    await vscode.extensions.getExtension('mysimbdp.mysimbdp')?.activate();
    // Now and then the editor's only look at the file, as the window comes up, gives it nothing, and it opens no folder. It looks
    // again when the file changes.
    const { workspaceFile } = vscode.workspace;
    assert.ok(workspaceFile);
    const isOpen = async () => {
      if (vscode.workspace.workspaceFolders?.length === 2) return true;
      await utimes(workspaceFile.fsPath, new Date(), new Date());
      return false;
    };
    await until(20_000, 'the folders', isOpen, undefined, 1000);
  });

  it('are checked each in its own platform', async () => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    assert.equal(folders.length, 2);
    const codes = ({ uri }: vscode.WorkspaceFolder) =>
      vscode.languages
        .getDiagnostics(vscode.Uri.joinPath(uri, 'tenants', 'shop', 'tenant.yaml'))
        .map(({ code }) => code);
    await until(60_000, 'problems in both folders', () => folders.every((one) => codes(one).length > 0));
    assert.deepEqual(folders.map(codes), [['UNKNOWN_KEY'], ['UNKNOWN_TABLE']]);
  });

  it('are completed each from its own platform', async () => {
    const plans = [];
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const file = vscode.Uri.joinPath(uri, 'tenants', 'shop', 'tenant.yaml');
      const document = await vscode.workspace.openTextDocument(file);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(file, document.lineAt(0).range.end, '\nplan: ');
      await vscode.workspace.applyEdit(edit);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        file,
        document.lineAt(1).range.end,
      );
      plans.push(items.filter(({ kind }) => kind === vscode.CompletionItemKind.Reference).map(({ label }) => label));
    }
    assert.deepEqual(plans, [['gold'], ['silver', 'gold']]);
  });
});
