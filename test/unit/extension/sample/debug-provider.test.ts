import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, openEditor, uriOf } from '../editor/editor.ts';

const { SampleDebugProvider } = await import('../../../../src/extension/sample/debug-provider.ts');

describe('a debug configuration with a file', () => {
  let fixture: PlatformFixture;
  let services: Services;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    const session = { name: 'here', folder: fixture.folder };
    services = {
      log: new KeptLog().channel,
      platforms: { settled: () => Promise.resolve(), sessions: [session], sessionOf: () => session },
      context: { storageUri: uriOf(join(fixture.folder.root, 'storage')) },
    } as unknown as Services;
  });
  afterEach(() => fixture.dispose());

  /** The file that the app is called with. */
  async function sampleOf(file: string): Promise<string> {
    const configuration = { type: 'mysimbdp', request: 'launch', name: 'debug', tenant: 'acme', app: 'items', file };
    const launch = await new SampleDebugProvider(services).resolveDebugConfiguration(undefined, configuration);
    const [job = ''] = (launch as unknown as { args: string[] }).args;
    return (JSON.parse(await readFile(job, 'utf8')) as { file: { path: string } }).file.path;
  }

  it('is of the platform folder', async () => {
    assert.equal(await sampleOf('one.csv'), join(fixture.folder.root, 'one.csv'));
    assert.equal(await sampleOf('${workspaceFolder}/one.csv'), join(fixture.folder.root, 'one.csv'));
  });

  it('can be the one in the editor', async () => {
    editor.active = join(fixture.folder.staging('acme'), 'two.csv');
    assert.equal(await sampleOf('${file}'), editor.active);
  });

  for (const variable of ['${file}', '${relativeFile}', '${env:HOME}'])
    it(`is refused where ${variable} stands for nothing`, async () => {
      await assert.rejects(sampleOf(`${variable}/one.csv`), {
        message:
          `The path of the sample has ${variable}, which stands for nothing here. — Write a path from the platform folder; ` +
          '${workspaceFolder} is that folder, and ${file} the file in the editor.',
      });
    });
});
