import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, openEditor, uriOf } from '../editor/editor.ts';

const { registerCommands } = await import('../../../../src/extension/commands/command.ts');
const { ingestFile } = await import('../../../../src/extension/ingest/ingest-file.ts');

describe('Ingest with mysimbdp…', () => {
  let fixture: PlatformFixture;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    const session = { name: 'here', folder: fixture.folder };
    const platforms = { sessionOfFile: () => session };
    registerCommands({ log: new KeptLog().channel, platforms } as unknown as Services, { 'mysimbdp.try': ingestFile });
  });
  afterEach(() => fixture.dispose());

  async function ingest(name: string): Promise<void> {
    await editor.registered.get('mysimbdp.try')?.(uriOf(join(fixture.folder.root, name)));
  }

  for (const name of ['nothing.xyz', 'day.ndjson', 'day.jsonl.gz'])
    it(`says that nobody takes ${name}, and what can be done`, async () => {
      editor.answer = () => 'Edit Service Profile';
      await ingest(name);
      const [told] = editor.asked;
      assert.equal(editor.asked.length, 1);
      assert.match(told?.text ?? '', new RegExp(`^No app of a registered tenant takes ${name}. — Name it under`));
      assert.deepEqual(told?.choices, ['Edit Service Profile', 'Add Tenant', 'Show Log']);
      assert.equal(editor.executed[0]?.command, 'mysimbdp.editProfile');
    });

  it('offers to add a tenant from a file that columns can be proposed from', async () => {
    await ingest('day.txt');
    assert.deepEqual(
      editor.asked.map(({ choices }) => choices),
      [['$(add) Add tenant from this file…']],
    );
  });
});
