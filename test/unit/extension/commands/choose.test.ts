import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled } from '../../../../src/extension/cancelled.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { holdOwnerLock } from '../../../../src/records/owner-lock.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, KeptMemory, openEditor, uriOf } from '../editor/editor.ts';

const { WorkspacePlatforms } = await import('../../../../src/extension/platforms/workspace-platforms.ts');
const { choosePlatform, chooseRunning, chooseTenant, targetOf } =
  await import('../../../../src/extension/commands/choose.ts');

describe('what a command is about', () => {
  let first: PlatformFixture;
  let second: PlatformFixture;
  let platforms: InstanceType<typeof WorkspacePlatforms> | undefined;
  beforeEach(async () => {
    first = await PlatformFixture.create([{ name: 'acme' }]);
    second = await PlatformFixture.create([{ name: 'shop' }]);
  });
  afterEach(async () => {
    await platforms?.close();
    platforms?.dispose();
    await first.dispose();
    await second.dispose();
  });

  /** A window with these folders, as its commands are given it. */
  function open(...folders: string[]): Services {
    openEditor(...folders);
    const log = new KeptLog().channel;
    platforms = new WorkspacePlatforms(log, new KeptMemory().memento);
    return { platforms, log } as Services;
  }
  /** A platform folder below the first one's, which is no folder of the workspace. */
  async function nested(): Promise<string> {
    const root = join(first.folder.root, 'examples');
    await mkdir(join(root, 'tenants', 'north'), { recursive: true });
    await writeFile(join(root, 'mysimbdp.yaml'), 'platform: nested\n');
    return root;
  }

  it('is the only platform of the workspace, without a question', async () => {
    const { folder } = await choosePlatform(open(first.folder.root, first.folder.tenants), undefined);
    assert.deepEqual([folder.root, editor.asked], [first.folder.root, []]);
  });

  it('is the platform that is chosen of several; nothing when none is', async () => {
    const services = open(first.folder.root, second.folder.root);
    editor.answer = ({ choices }) => choices[1];
    assert.equal((await choosePlatform(services, undefined)).folder.root, second.folder.root);
    editor.answer = () => undefined;
    await assert.rejects(choosePlatform(services, undefined), Cancelled);
  });

  it('is the one platform that suits, without a question', async () => {
    const services = open(first.folder.root, second.folder.root);
    const suits = ({ folder }: { folder: { root: string } }) => folder.root === second.folder.root;
    assert.equal((await choosePlatform(services, undefined, suits)).folder.root, second.folder.root);
  });

  it('cannot be found where there is no platform', async () => {
    await assert.rejects(choosePlatform(open(first.folder.tenants), undefined), { code: 'NO_PLATFORM' });
  });

  it('is the platform and the tenant in whose profile a command is called', async () => {
    const services = open(first.folder.root, second.folder.root);
    const { session, tenant } = await chooseTenant(services, uriOf(second.folder.profile('shop')));
    assert.deepEqual([session.folder.root, tenant, editor.asked], [second.folder.root, 'shop', []]);
    assert.deepEqual(targetOf(uriOf(second.folder.platformFile)), {});
  });

  it('is never another platform than the one that is named', async () => {
    const services = open(first.folder.root);
    const folder = await nested();
    await assert.rejects(choosePlatform(services, { folder, tenant: 'north' }), { code: 'NO_PLATFORM' });
    const file = uriOf(join(folder, 'tenants', 'north', 'tenant.yaml'));
    await assert.rejects(choosePlatform(services, file), { code: 'NO_PLATFORM' });
    // Before the folders were looked at as well as afterwards.
    assert.equal((await choosePlatform(open(first.folder.root), { folder: first.folder.root })).name.length > 0, true);
  });

  it('is a tenant that is chosen, of those that it is for', async () => {
    const services = open(first.folder.root);
    editor.answer = ({ choices }) => choices[0];
    assert.equal((await chooseTenant(services, undefined)).tenant, 'acme');
    await assert.rejects(
      chooseTenant(services, undefined, () => false),
      { code: 'NO_TENANT' },
    );
  });

  it('is started when it has to run and the user agrees', async () => {
    const services = open(first.folder.root);
    await assert.rejects(chooseRunning(services, undefined), Cancelled);
    assert.deepEqual(
      editor.executed.filter(({ command }) => command === 'mysimbdp.startPlatform'),
      [],
    );
    editor.registered.set('mysimbdp.startPlatform', () => platforms?.sessions[0]?.start());
    editor.answer = () => 'Start Platform';
    const { session, client } = await chooseRunning(services, undefined);
    assert.deepEqual([session.state, client], ['running', session.client]);
  });

  it('is waited for, without a question, when it is on its way up', async () => {
    const services = open(first.folder.root);
    const session = await choosePlatform(services, undefined);
    const lock = holdOwnerLock(first.folder.ownerFile);
    const start = await new Promise<{ ended: Promise<void> }>((resolve) => {
      const ended = session.start({ onStage: (stage) => stage === 'handover' && resolve({ ended }) });
    });
    editor.registered.set('mysimbdp.startPlatform', () => {
      lock.close();
      return session.start();
    });
    await chooseRunning(services, undefined);
    await start.ended;
    assert.deepEqual([session.state, editor.asked], ['running', []]);
  });
});
