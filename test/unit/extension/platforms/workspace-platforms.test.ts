import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type * as vscode from 'vscode';
import { writeLocation } from '../../../../src/api/location.ts';
import { until, within } from '../../../../src/foundation/deadlines.ts';
import { holdOwnerLock } from '../../../../src/records/owner-lock.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, KeptMemory, openEditor, uriOf, workspace } from '../editor/editor.ts';

const { WorkspacePlatforms } = await import('../../../../src/extension/platforms/workspace-platforms.ts');
type Platforms = InstanceType<typeof WorkspacePlatforms>;

const patienceMs = 30_000;
const ranKey = 'mysimbdp.ran';

describe('the platforms of the workspace', () => {
  let fixture: PlatformFixture;
  let folder: vscode.Uri;
  let memory: KeptMemory;
  let log: KeptLog;
  let opened: Platforms[];
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    folder = uriOf(fixture.folder.root);
    openEditor(fixture.folder.root);
    memory = new KeptMemory();
    log = new KeptLog();
    opened = [];
  });
  afterEach(async () => {
    for (const platforms of opened) {
      await platforms.close();
      platforms.dispose();
    }
    await fixture.dispose();
  });

  /** A window over the folders that are open. */
  function open(mayBeAwayMs?: number): Platforms {
    const platforms = new WorkspacePlatforms(log.channel, memory.memento, mayBeAwayMs);
    opened.push(platforms);
    return platforms;
  }
  function sessionOf(platforms: Platforms) {
    const session = platforms.sessionOf(folder);
    assert.ok(session);
    return session;
  }
  const isRemembered = (ran: boolean) =>
    until(patienceMs, ran ? 'what ran' : 'that nothing ran', () => {
      const kept = memory.values.get(ranKey) as string[] | undefined;
      return (kept ?? []).includes(folder.toString()) === ran;
    });
  const becomesKnown = (platforms: Platforms) =>
    until(patienceMs, 'the platform', () => platforms.sessionOf(folder) !== undefined);
  const becomes = (platforms: Platforms, state: string) =>
    until(patienceMs, `the state ${state}`, () => sessionOf(platforms).state === state);

  it('are the folders with a mysimbdp.yaml, as they come and go', async () => {
    editor.folders = [fixture.folder.root, fixture.folder.tenants];
    const platforms = open();
    await platforms.settled();
    assert.deepEqual(
      platforms.sessions.map((session) => session.folder.root),
      [fixture.folder.root],
    );
    workspace.setFolders(fixture.folder.tenants);
    await platforms.settled();
    assert.deepEqual(platforms.sessions, []);
  });

  it('do not keep anybody waiting for a control plane that does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    try {
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      await writeLocation(fixture.folder, {
        url: `http://127.0.0.1:${port}`,
        token: 'x'.repeat(32),
        pid: process.pid,
        startedAt: Date.now(),
      });
      const platforms = open();
      await within(4000, 'the look at the folders', platforms.settled());
      assert.equal(sessionOf(platforms).isUp, false);
    } finally {
      silent.close();
    }
  });

  it('run again in the next window when they ran in the last one', async () => {
    const before = open();
    await before.settled();
    await sessionOf(before).start();
    await isRemembered(true);
    await before.close();
    const told: string[] = [];
    editor.onProgress = (message) => told.push(message);
    const after = open();
    await after.settled();
    await becomes(after, 'running');
    assert.ok(told.includes('going on with the runs of the last time'), told.join());
  });

  it('run again when the window before this one, which they ran in, ends only after this one has opened', async () => {
    const before = open();
    await before.settled();
    await sessionOf(before).start();
    await isRemembered(true);
    const after = open();
    await after.settled();
    assert.equal(sessionOf(after).state, 'attached');
    await before.close();
    await becomes(after, 'running');
    await isRemembered(true);
  });

  it('are not started again when they are stopped in the window before this one', async () => {
    const before = open();
    await before.settled();
    await sessionOf(before).start();
    await isRemembered(true);
    const after = open();
    await after.settled();
    await sessionOf(before).stop();
    await isRemembered(false);
    await until(patienceMs, 'the end of the other', () => sessionOf(after).wanted === false);
    assert.equal(sessionOf(after).state, 'stopped');
  });

  it('are not started here when they ran only in another window, and that ends', async () => {
    const other = new WorkspacePlatforms(log.channel, new KeptMemory().memento);
    opened.push(other);
    await other.settled();
    await sessionOf(other).start();
    const platforms = open();
    await platforms.settled();
    let isLost = false;
    sessionOf(platforms).onDidLose(() => (isLost = true));
    await other.close();
    await until(patienceMs, 'the end of the other', () => isLost);
    assert.equal(sessionOf(platforms).state, 'stopped');
  });

  it('are settled while one of them is still being started', async () => {
    const lock = holdOwnerLock(fixture.folder.ownerFile);
    memory.values.set(ranKey, [folder.toString()]);
    const platforms = open();
    await becomesKnown(platforms);
    await becomes(platforms, 'starting');
    await platforms.settled();
    assert.equal(sessionOf(platforms).state, 'starting');
    workspace.setFolders(...editor.folders);
    await platforms.settled();
    assert.equal(sessionOf(platforms).state, 'starting');
    lock.close();
    await becomes(platforms, 'running');
  });

  it('are not started again when another process has stopped them', async () => {
    const platforms = open();
    await platforms.settled();
    await sessionOf(platforms).start();
    await isRemembered(true);
    await sessionOf(platforms).client?.shutDown();
    await becomes(platforms, 'stopped');
    await platforms.refresh();
    assert.equal(sessionOf(platforms).state, 'stopped');
    await isRemembered(false);
    const next = open();
    await next.settled();
    assert.equal(sessionOf(next).state, 'stopped');
  });

  it('run again, and get the types of the SDK, only when the workspace is trusted', async () => {
    memory.values.set(ranKey, [folder.toString()]);
    editor.trusted = false;
    const platforms = open();
    await platforms.settled();
    assert.equal(sessionOf(platforms).state, 'stopped');
    assert.ok(!existsSync(fixture.folder.state));
    workspace.grantTrust();
    await becomes(platforms, 'running');
  });

  it('get the types of the SDK and the schemas when their folder is opened', async () => {
    const schema = join(fixture.folder.state, 'schema', 'tenant.schema.json');
    await open().settled();
    await until(patienceMs, 'the schemas', () => existsSync(schema));
  });

  describe('of which the mysimbdp.yaml is away', () => {
    const away = () => rename(fixture.folder.platformFile, `${fixture.folder.platformFile}.stashed`);
    const back = () => rename(`${fixture.folder.platformFile}.stashed`, fixture.folder.platformFile);
    async function running(mayBeAwayMs?: number): Promise<Platforms> {
      const platforms = open(mayBeAwayMs);
      await platforms.settled();
      await sessionOf(platforms).start();
      await isRemembered(true);
      await away();
      await platforms.refresh();
      return platforms;
    }

    it('run on when it is back soon', async () => {
      const platforms = await running();
      const session = sessionOf(platforms);
      assert.equal(session.state, 'running');
      await back();
      await platforms.refresh();
      assert.equal(sessionOf(platforms), session);
      assert.equal(session.state, 'running');
      assert.deepEqual(editor.asked, []);
    });

    it('are stopped when it stays away, which is told, and run again when it is back', async () => {
      editor.answer = () => 'Show Folder';
      const platforms = await running(50);
      await until(patienceMs, 'the end of the session', () => platforms.sessionOf(folder) === undefined);
      assert.deepEqual(editor.asked, [
        {
          text: `The platform ${basename(fixture.folder.root)} is stopped: its mysimbdp.yaml is gone. It goes on when that is back.`,
          choices: ['Show Folder'],
        },
      ]);
      await until(patienceMs, 'the folder', () =>
        editor.executed.some(({ command }) => command === 'revealInExplorer'),
      );
      await isRemembered(true);
      await back();
      await platforms.refresh();
      await becomes(platforms, 'running');
    });

    it('stay stopped when they were, and nothing is told', async () => {
      const platforms = open(50);
      await platforms.settled();
      await away();
      await platforms.refresh();
      await until(patienceMs, 'the end of the session', () => platforms.sessionOf(folder) === undefined);
      await back();
      await platforms.refresh();
      assert.equal(sessionOf(platforms).state, 'stopped');
      assert.deepEqual(editor.asked, []);
    });

    it('end at once when their folder is gone from the workspace as well', async () => {
      const platforms = await running();
      workspace.setFolders();
      await platforms.settled();
      assert.equal(platforms.sessionOf(folder), undefined);
      assert.deepEqual(editor.asked, []);
    });
  });

  it('are looked for again after one of them could not be ended', async () => {
    const platforms = open();
    await platforms.settled();
    sessionOf(platforms).close = () => Promise.reject(new Error('it does not end'));
    workspace.setFolders();
    await platforms.settled();
    workspace.setFolders(fixture.folder.root);
    await platforms.settled();
    assert.equal(platforms.sessions.length, 1);
    assert.ok(log.lines.some((line) => line.endsWith('it does not end')));
  });

  it('are looked for again after a look has failed', async () => {
    const platforms = open();
    await platforms.settled();
    memory.failure = new Error('the memory is gone');
    workspace.setFolders();
    await platforms.settled();
    memory.failure = undefined;
    workspace.setFolders(fixture.folder.root);
    await platforms.settled();
    assert.equal(platforms.sessions.length, 1);
    assert.ok(log.lines.some((line) => line.endsWith('the memory is gone')));
  });
});
