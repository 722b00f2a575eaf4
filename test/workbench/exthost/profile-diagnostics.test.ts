import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../../src/foundation/deadlines.ts';
import { activated, folder } from './extension.ts';

describe('diagnostics of profiles', () => {
  const file = () => vscode.Uri.joinPath(folder(), 'tenants', 'shop', 'tenant.yaml');
  let profile = '';
  before(async () => {
    await activated();
    profile = (await vscode.workspace.openTextDocument(file())).getText();
  });
  after(() => save(profile));

  it('shows nothing for a sound profile', async () => {
    await save(profile);
    await vscode.commands.executeCommand('mysimbdp.checkProfiles');
    assert.deepEqual(problems(), []);
  });

  it('shows a mistake with line and column when the profile is saved', async () => {
    await save(profile.replace('plan: gold', 'paln: gold'));
    const [found, ...others] = await until(10_000, 'a problem in tenant.yaml', () => {
      const shown = problems();
      return shown.length > 0 && shown;
    });
    assert.deepEqual(others, []);
    assert.equal(found?.source, 'mysimbdp');
    assert.equal(found.code, 'UNKNOWN_KEY');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.match(found.message, /did you mean "plan"\?$/);
    const { start, end } = found.range;
    assert.deepEqual([start.line, start.character, end.line, end.character], [1, 0, 1, 4]);
  });

  it('takes it away when the mistake is mended', async () => {
    await save(profile);
    await until(10_000, 'the end of the problems in tenant.yaml', () => problems().length === 0);
  });

  function problems(): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(file());
  }

  async function save(text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(file());
    const edit = new vscode.WorkspaceEdit();
    const whole = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
    edit.replace(document.uri, whole, text);
    await vscode.workspace.applyEdit(edit);
    assert.ok(await document.save(), 'tenant.yaml was not saved');
  }
});
