import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../../src/foundation/deadlines.ts';
import { activated, folder } from './extension.ts';

const ms = 15_000;

describe('a profile while it is typed', () => {
  const file = () => vscode.Uri.joinPath(folder(), 'tenants', 'shop', 'tenant.yaml');
  let profile = '';
  let document: vscode.TextDocument;
  before(async () => {
    await activated();
    document = await vscode.workspace.openTextDocument(file());
    await vscode.window.showTextDocument(document);
    profile = document.getText();
  });
  beforeEach(() => type(profile));
  after(async () => {
    await type(profile);
    await document.save();
  });

  describe('diagnostics', () => {
    it('come while it is typed, with line and column, and go again; nothing is saved', async () => {
      await type(profile.replace('plan: gold', 'paln: gold'));
      const found = await problem('UNKNOWN_KEY');
      const { start, end } = found.range;
      assert.deepEqual([start.line, start.character, end.line, end.character], [1, 0, 1, 4]);
      assert.match(found.message, /did you mean "plan"\?$/);
      assert.equal(vscode.languages.getDiagnostics(file()).length, 1);
      assert.ok(document.isDirty);
      await type(profile);
      await until(ms, 'the end of the problems', () => vscode.languages.getDiagnostics(file()).length === 0);
    });

    it('hold it against mysimbdp.yaml, also as that stands in the editor', async () => {
      const platform = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(), 'mysimbdp.yaml'));
      const before = platform.getText();
      await replaceAll(platform, before.replace('memoryMb: 1024', 'memoryMb: 300'));
      try {
        await type(profile.replace('    table: sales\n', '    table: sales\n    resources: { memoryMb: 400 }\n'));
        const found = await problem('OVER_PLATFORM_LIMIT');
        assert.match(found.message, /limits\.memoryMb of 300/);
      } finally {
        await replaceAll(platform, before);
        await platform.save();
      }
    });

    it('hold it against a file in staging', async () => {
      await type(profile.replace('quote: none', 'quote: none, columns: [id, day, town]'));
      const found = await problem('SAMPLE_LACKS_COLUMN');
      assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
      assert.match(found.message, /staging\/day\.tsv has no column "town"/);
    });
  });

  describe('quick fixes', () => {
    for (const [what, code, title, from, to, mended] of [
      ['what was meant', 'UNKNOWN_KEY', 'Change to "plan"', 'plan: gold', 'paln: gold', 'plan: gold'],
      ['a missing key', 'MISSING_KEY', 'Add "kind: batch"', '    kind: batch\n', '', ''],
      [
        'a column that is not declared',
        'UNKNOWN_COLUMN',
        'Declare column "city" as text',
        'clusteringKey: [day]',
        'clusteringKey: [day, city]',
        'clusteringKey: [day, city]',
      ],
    ] as const)
      it(`put in ${what}, and leave the rest as it is`, async () => {
        const broken = profile.replace(from, to);
        await type(broken);
        const fix = await action(code, title);
        assert.ok(fix.edit);
        await vscode.workspace.applyEdit(fix.edit);
        const expected =
          code === 'MISSING_KEY'
            ? `${broken}    kind: batch\n`
            : code === 'UNKNOWN_COLUMN'
              ? broken.replace('list<text>\n', 'list<text>\n      city: text\n')
              : broken.replace(to, mended);
        assert.equal(document.getText(), expected);
        await until(ms, 'the end of the problems', () => vscode.languages.getDiagnostics(file()).length === 0);
      });
  });

  describe('completion', () => {
    it('proposes keys with their description, and puts one in', async () => {
      const found = await completion(profile.replace('plan: gold\n', 'pl\n'), 'pl');
      const plan = found.find(({ label }) => label === 'plan');
      assert.match((plan?.documentation as vscode.MarkdownString).value, /A plan of mysimbdp\.yaml/);
      assert.equal(plan?.insertText, 'plan: ');
    });

    it('proposes what the place refers to', async () => {
      const tables = await completion(profile.replace('table: sales', 'table: '), 'table: ');
      assert.deepEqual(
        tables.map(({ label }) => label),
        ['sales'],
      );
      const columns = await completion(profile.replace('      tags: list<text>\n', '      \n'), 'double\n      ');
      assert.deepEqual(
        columns.map(({ insertText }) => insertText),
        ['city: text'],
      );
    });
  });

  it('explains a setting where the pointer is: what it is, what is in force, and who says so', async () => {
    const at = document.positionAt(profile.indexOf('maxFileSizeMb'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', file(), at);
    const text = hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value)).join();
    assert.match(text, /Largest file, in megabytes/);
    assert.match(text, /In force: `100` — this profile/);
    assert.match(text, /Default: `500` — mysimbdp\.yaml/);
  });

  it('has actions above each app', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      file(),
      10,
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.command),
      ['mysimbdp.runOnSample', 'mysimbdp.debugOnSample', 'mysimbdp.runBatchNow'],
    );
    for (const { command, range } of lenses) {
      assert.deepEqual(command?.arguments, [{ folder: folder().fsPath, tenant: 'shop', app: 'sales' }]);
      assert.equal(range.start.line, document.positionAt(profile.indexOf('- name: sales')).line);
    }
  });

  function type(text: string): Promise<void> {
    return replaceAll(document, text);
  }

  function problem(code: string): Promise<vscode.Diagnostic> {
    return until(ms, `the problem ${code}`, () =>
      vscode.languages.getDiagnostics(file()).find((one) => one.code === code),
    );
  }

  async function action(code: string, title: string): Promise<vscode.CodeAction> {
    const { range } = await problem(code);
    const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      file(),
      range,
    );
    const found = offered.find((one) => one.title === title);
    assert.ok(found, `there is no "${title}" in ${offered.map((one) => one.title).join(' | ')}`);
    return found;
  }

  /** What is proposed behind the first place that ends as told. */
  async function completion(text: string, behind: string): Promise<vscode.CompletionItem[]> {
    await type(text);
    const at = document.positionAt(text.indexOf(behind) + behind.length);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      file(),
      at,
    );
    return list.items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text);
  }
});

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  if (document.getText() === text) return;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
