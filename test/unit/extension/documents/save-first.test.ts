import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandHandler } from '../../../../src/extension/commands/command.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { itemsApp, itemsProfile, PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, KeptMemory, openEditor, uriOf, workspace } from '../editor/editor.ts';

const { batchCommands } = await import('../../../../src/extension/commands/batch-commands.ts');
const { runtimeCommands } = await import('../../../../src/extension/commands/runtime-commands.ts');
const { tenantCommands } = await import('../../../../src/extension/commands/tenant-commands.ts');
const { saveProfileAndApps } = await import('../../../../src/extension/documents/save-first.ts');
const { SampleDebugProvider } = await import('../../../../src/extension/sample/debug-provider.ts');
const { sampleCommands } = await import('../../../../src/extension/sample/sample-commands.ts');
const { wizardCommands } = await import('../../../../src/extension/wizard/wizard-commands.ts');

const handlers: Record<string, CommandHandler> = {
  ...batchCommands,
  ...runtimeCommands,
  ...tenantCommands,
  ...sampleCommands,
  ...wizardCommands,
};

describe('what is edited and not saved', () => {
  let fixture: PlatformFixture;
  let services: Services;
  let session: object;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }, { name: 'beta' }, { name: 'spare' }]);
    await fixture.write('mysimbdp.yaml', registered);
    openEditor(fixture.folder.root);
    const tenants = [{ tenant: 'acme', registered: true }];
    session = { name: 'here', folder: fixture.folder, tenants: () => Promise.resolve(tenants) };
    services = {
      log: new KeptLog().channel,
      platforms: { settled: () => Promise.resolve(), sessions: [session], sessionOf: () => session },
      context: { storageUri: uriOf(join(fixture.folder.root, 'storage')), workspaceState: new KeptMemory().memento },
    } as unknown as Services;
  });
  afterEach(() => fixture.dispose());

  const registered = 'platform: test\ntenants:\n  - name: acme\n  - { name: beta, enabled: false }\n';
  const run = async (command: string, about: object = {}) => {
    await handlers[`mysimbdp.${command}`]?.(services, { session, ...about });
  };
  const platformFile = () => readFile(fixture.folder.platformFile, 'utf8');
  const editPlatformFile = () => workspace.edit(fixture.folder.platformFile, `# mine\n${registered}`);

  for (const [command, tenant, answer, changed] of [
    ['disableTenant', 'acme', '', /acme\n *enabled: false/],
    ['enableTenant', 'beta', '', /beta(?!.*enabled: false)/],
    ['registerTenant', 'spare', '', /spare/],
    ['removeTenant', 'acme', 'Unregister, Keep Its Data', /^(?!.*acme)/s],
    ['chooseRuntime', undefined, 'Docker', /kind: docker/],
  ] as const) {
    it(`goes into mysimbdp.yaml before ${command} changes it`, async () => {
      const document = editPlatformFile();
      editor.answer = () => answer;
      await run(command, tenant === undefined ? {} : { tenant });
      assert.match(await platformFile(), /^# mine\n/);
      assert.match(await platformFile(), changed);
      assert.equal(document.isDirty, false);
    });

    it(`keeps ${command} from changing mysimbdp.yaml when it cannot be saved`, async () => {
      const before = await platformFile();
      editPlatformFile().takesSaves = false;
      editor.answer = () => answer;
      await assert.rejects(run(command, tenant === undefined ? {} : { tenant }), {
        code: 'NOT_SAVED',
        message: 'mysimbdp.yaml has changes in its editor that could not be saved.',
      });
      assert.equal(await platformFile(), before);
    });
  }

  it('of mysimbdp.yaml is saved before a new tenant is asked about', async () => {
    editPlatformFile().takesSaves = false;
    await assert.rejects(run('addTenant'), { code: 'NOT_SAVED' });
    assert.deepEqual(editor.asked, []);
  });

  for (const command of ['runOnSample', 'debugOnSample', 'runBatchNow'])
    it(`keeps ${command} from running what is older when it cannot be saved`, async () => {
      Object.assign(session, { client: {} });
      workspace.edit(fixture.folder.profile('acme'), '').takesSaves = false;
      await assert.rejects(run(command, { tenant: 'acme', app: 'items' }), {
        code: 'NOT_SAVED',
        message: 'tenants/acme/tenant.yaml has changes in its editor that could not be saved.',
      });
    });

  it('of profile and code is what the debugger gets', async () => {
    await fixture.write('tenants/acme/apps/items/app.ts', 'not yet code');
    const code = join(fixture.folder.tenant('acme'), 'apps', 'items', 'app.ts');
    workspace.edit(code, itemsApp);
    workspace.edit(
      fixture.folder.profile('acme'),
      `tenant: acme\n${itemsProfile({ format: '{ type: csv, delimiter: ";" }' })}`,
    );
    await fixture.write('one.csv', 'id,name\n1,one\n');
    const named = { tenant: 'acme', app: 'items', file: 'one.csv' };
    const configuration = { type: 'mysimbdp', request: 'launch', name: 'debug', ...named };
    const launch = await new SampleDebugProvider(services).resolveDebugConfiguration(undefined, configuration);
    const [job = ''] = (launch as unknown as { args: string[] }).args;
    assert.match(await readFile(job, 'utf8'), /";"/);
    assert.equal(await readFile(code, 'utf8'), itemsApp);
  });

  it('of other tenants and of data that waits stays as it is', async () => {
    const others = [
      workspace.edit(join(fixture.folder.staging('acme'), 'one.csv'), ''),
      workspace.edit(fixture.folder.profile('beta'), ''),
      workspace.edit(join(fixture.folder.root, 'notes.txt'), ''),
      workspace.edit(join(fixture.folder.root, '..', 'elsewhere.txt'), ''),
    ];
    const shared = workspace.edit(join(fixture.folder.tenant('acme'), 'shared.ts'), '');
    await saveProfileAndApps(fixture.folder, 'acme');
    assert.ok(!shared.isDirty);
    assert.ok(others.every(({ isDirty }) => isDirty));
  });

  it('of every tenant is saved before all of them run', async () => {
    const all = ['acme', 'beta'].map((tenant) => workspace.edit(fixture.folder.profile(tenant), ''));
    await saveProfileAndApps(fixture.folder);
    assert.ok(all.every(({ isDirty }) => !isDirty));
  });
});
