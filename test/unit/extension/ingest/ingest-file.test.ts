import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, openEditor, uriOf } from '../editor/editor.ts';

const { registerCommands } = await import('../../../../src/extension/commands/command.ts');
const { ingestFile } = await import('../../../../src/extension/ingest/ingest-file.ts');

describe('Ingest with mysimbdp…', () => {
  let fixture: PlatformFixture;
  let session: object;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    session = { name: 'here', folder: fixture.folder };
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

  for (const [standing, trusted, state, says, choices] of [
    [
      'is down',
      true,
      { state: 'stopped' },
      'in the staging directory of acme; the platform is not running.',
      ['Start Platform'],
    ],
    [
      'is on its way up',
      true,
      { state: 'starting' },
      'in the staging directory of acme; the platform is starting.',
      [],
    ],
    [
      'is up, but the workspace is not trusted',
      false,
      { client: {} },
      'in the staging directory of acme. The platform takes what is due',
      [],
    ],
  ] as const)
    it(`says what is so when the platform ${standing}`, async () => {
      Object.assign(session, state);
      editor.trusted = trusted;
      await fixture.write('day.csv', 'id,name\n1,one\n');
      editor.answer = ({ choices: offered }) => offered.find((one) => one === 'acme');
      await ingest('day.csv');
      const told = editor.asked.at(-1);
      assert.ok(told);
      assert.ok(told.text.startsWith(`1 file ${says}`), told.text);
      assert.deepEqual(told.choices, choices);
    });

  it('offers to add a tenant from a file that columns can be proposed from', async () => {
    await ingest('day.txt');
    assert.deepEqual(
      editor.asked.map(({ choices }) => choices),
      [['$(add) Add tenant from this file…']],
    );
  });
});
