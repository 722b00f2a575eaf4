import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../../src/foundation/deadlines.ts';

describe('profiles in several workspace folders', () => {
  before(async function () {
    this.timeout(30_000);
    // Folders that come late do not activate an extension by what they contain.
    await vscode.extensions.getExtension('mysimbdp.mysimbdp')?.activate();
    // Now and then the editor never opens the second one: then the whole run is tried again.
    await until(20_000, 'the folders', () => vscode.workspace.workspaceFolders?.length === 2);
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
