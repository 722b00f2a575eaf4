import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import { within } from '../../../../src/foundation/deadlines.ts';
import { profile, profileWith, withPlatform } from '../../tenants/platform-fixture.ts';
import { KeptLog, KeptMemory, openEditor, shownDiagnostics, uriOf, workspace } from '../editor/editor.ts';

const { AppLenses } = await import('../../../../src/extension/profiles/app-lenses.ts');
const { ProfileDiagnostics } = await import('../../../../src/extension/profiles/profile-diagnostics.ts');
const { ProfileEditors } = await import('../../../../src/extension/profiles/profile-editors.ts');
const { WorkspacePlatforms } = await import('../../../../src/extension/platforms/workspace-platforms.ts');

describe('help with profiles', () => {
  let log: KeptLog;
  let editors: InstanceType<typeof ProfileEditors>;
  beforeEach(() => {
    log = new KeptLog();
    editors = new ProfileEditors(log.channel);
  });
  afterEach(() => editors.dispose());

  it('starts nothing in a folder that is no platform folder, until it is one', async () => {
    const root = await mkdtemp(join(tmpdir(), 'mysimbdp-'));
    try {
      let asked = 0;
      const question = () => Promise.resolve(++asked);
      assert.equal(await editors.ask(root, question), undefined);
      assert.equal(asked, 0);
      await writeFile(join(root, 'mysimbdp.yaml'), '');
      assert.equal(await editors.ask(root, question), 1);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it('goes on checking after a check has failed', async () => {
    await withPlatform(profileWith(['plan: gold', 'paln: gold']), async ({ root }) => {
      openEditor(root);
      const diagnostics = new ProfileDiagnostics(editors, log.channel);
      try {
        const shown = shownDiagnostics();
        shown.failure = new Error('it cannot be shown');
        await assert.rejects(diagnostics.checkAll(), /it cannot be shown/);
        await diagnostics.checkAll();
        const codes = shown.byFile.get(join(root, 'tenants', 'shop', 'tenant.yaml'))?.map(({ code }) => code);
        assert.ok(codes?.includes('UNKNOWN_KEY'), JSON.stringify(codes));
      } finally {
        diagnostics.dispose();
      }
    });
  });

  it('offers what runs an app only where the platform is one of the workspace', async () => {
    await withPlatform(profileWith(), async ({ root }) => {
      const nested = join(root, 'examples', 'tenants', 'shop', 'tenant.yaml');
      await mkdir(dirname(nested), { recursive: true });
      await writeFile(join(root, 'examples', 'mysimbdp.yaml'), 'platform: nested\n');
      openEditor(root);
      const platforms = new WorkspacePlatforms(log.channel, new KeptMemory().memento);
      const lenses = new AppLenses(editors, platforms);
      try {
        const sound = profileAt(join(root, 'tenants', 'shop', 'tenant.yaml'));
        const own = await lenses.provideCodeLenses(sound);
        assert.ok(own.some(({ command }) => command?.command === 'mysimbdp.runBatchNow'));
        assert.deepEqual(await lenses.provideCodeLenses(profileAt(nested)), []);
        const changed = new Promise<void>((resolve) => lenses.onDidChangeCodeLenses(() => resolve()));
        workspace.setFolders();
        await within(5000, 'the editor is told', changed);
        assert.deepEqual(await lenses.provideCodeLenses(sound), []);
      } finally {
        lenses.dispose();
        await platforms.close();
        platforms.dispose();
      }
    });
  });
});

/** A profile as it stands in the editor. */
function profileAt(path: string): vscode.TextDocument {
  const document: Pick<vscode.TextDocument, 'uri' | 'version' | 'getText'> = {
    uri: uriOf(path),
    version: 1,
    getText: () => profile,
  };
  const positionAt = (offset: number) => ({ line: profile.slice(0, offset).split('\n').length - 1 });
  return { ...document, positionAt } as unknown as vscode.TextDocument;
}
