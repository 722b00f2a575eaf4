import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Cancelled } from '../../../../src/extension/cancelled.ts';
import type { SessionStage } from '../../../../src/extension/platforms/platform-session.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { holdOwnerLock } from '../../../../src/records/owner-lock.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, openEditor, uriOf } from '../editor/editor.ts';

const { PlatformSession } = await import('../../../../src/extension/platforms/platform-session.ts');
type Session = InstanceType<typeof PlatformSession>;

const patienceMs = 30_000;

describe('a platform of the workspace', () => {
  let fixture: PlatformFixture;
  let session: Session;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    session = new PlatformSession(uriOf(fixture.folder.root), new KeptLog().channel);
  });
  afterEach(async () => {
    await session.close();
    session.dispose();
    await fixture.dispose();
  });

  const becomes = (state: Session['state']) => until(patienceMs, `the state ${state}`, () => session.state === state);
  const isUpSomewhere = () => existsSync(fixture.folder.controlPlaneFile);

  it('runs here from its start to its stop, and says where', async () => {
    await session.start();
    assert.deepEqual([session.state, session.wanted], ['running', true]);
    assert.match(session.url ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(
      session.status?.tenants.map(({ tenant }) => tenant),
      ['acme'],
    );
    await session.stop();
    assert.deepEqual([session.state, session.wanted, session.url], ['stopped', false, undefined]);
    assert.ok(!isUpSomewhere());
  });

  it('is wanted still when only the window ends', async () => {
    await session.start();
    await session.close();
    assert.ok(!isUpSomewhere());
    assert.equal(session.wanted, true);
  });

  it('is not wanted any more when somebody else has stopped it', async () => {
    await session.start();
    await session.client?.shutDown();
    await becomes('stopped');
    assert.equal(session.wanted, false);
  });

  it('says why it could not be started', async () => {
    await fixture.write('mysimbdp.yaml', 'platform: test\n');
    session = new PlatformSession(uriOf(fixture.folder.tenants), new KeptLog().channel);
    await assert.rejects(session.start(), { code: 'NOT_A_PLATFORM_FOLDER' });
    assert.equal(session.state, 'failed');
    assert.equal((session.problem as { code?: string } | undefined)?.code, 'NOT_A_PLATFORM_FOLDER');
  });

  it('is not started where the workspace is not trusted', async () => {
    editor.trusted = false;
    await assert.rejects(session.start(), { code: 'WORKSPACE_NOT_TRUSTED' });
    assert.ok(!existsSync(fixture.folder.state));
  });

  it('is started as soon as a process that is on its way down lets go of the folder', async () => {
    const lock = holdOwnerLock(fixture.folder.ownerFile);
    const stages: SessionStage[] = [];
    await session.start({
      onStage: (stage) => {
        stages.push(stage);
        if (stages.filter((one) => one === 'handover').length === 2 && lock.isOpen) lock.close();
      },
    });
    assert.equal(session.state, 'running');
    assert.ok(stages.includes('handover'));
  });

  it('is attached to as soon as a process that is on its way up answers', async () => {
    const lock = holdOwnerLock(fixture.folder.ownerFile);
    let up: Promise<unknown> | undefined;
    await session.start({
      onStage: (stage) => {
        if (stage !== 'handover' || up) return;
        lock.close();
        up = fixture.up().catch(() => undefined);
      },
    });
    await up;
    // Whichever of the two was the first to own the folder.
    assert.ok(session.isUp);
  });

  it('is stopped when its start is cancelled while another process has the folder', async () => {
    const lock = holdOwnerLock(fixture.folder.ownerFile);
    const abort = new AbortController();
    const reason = new Error('not now');
    const start = session.start({
      signal: abort.signal,
      onStage: (stage) => {
        if (stage === 'handover') abort.abort(reason);
      },
    });
    await assert.rejects(start, reason);
    lock.close();
    assert.deepEqual([session.state, session.problem], ['stopped', undefined]);
  });

  it('calls off its start when it is stopped meanwhile, and does not want to run any more', async () => {
    const stops: Promise<void>[] = [];
    const start = session.start({ onStage: () => void stops.push(session.stop()) });
    await assert.rejects(start, Cancelled);
    assert.ok(stops.length > 0);
    await Promise.all(stops);
    assert.deepEqual([session.state, session.problem, session.wanted], ['stopped', undefined, false]);
    assert.ok(!isUpSomewhere());
    await session.start();
    assert.equal(session.state, 'running');
  });

  it('forgets at once about a start that is cancelled while another is under way', async () => {
    const first = session.start();
    const abort = new AbortController();
    const reason = new Error('not now');
    const second = session.start({ signal: abort.signal });
    abort.abort(reason);
    await assert.rejects(second, reason);
    assert.notEqual(session.state, 'running');
    await first;
    assert.equal(session.state, 'running');
  });

  it('ends a start that is under way when the window ends', async () => {
    const lock = holdOwnerLock(fixture.folder.ownerFile);
    const waits = new Promise<void>((resolve) => {
      session.start({ onStage: (stage) => stage === 'handover' && resolve() }).catch(() => undefined);
    });
    await waits;
    await session.close();
    lock.close();
    assert.ok(!isUpSomewhere());
  });

  it('stays up, and can be stopped, when an answer does not come once', async () => {
    await session.start();
    const { fetch } = globalThis;
    let failed = 0;
    let answered = 0;
    globalThis.fetch = async (...args) => {
      const isPoll = args[0] instanceof URL && args[0].pathname === '/v1/status';
      if (isPoll && failed++ === 0) throw new TypeError('fetch failed');
      const response = await fetch(...args);
      if (isPoll) answered++;
      return response;
    };
    try {
      // The poll under way is answered by the change.
      await fixture.stage('acme', 'items.csv', 'id,name\n1,a\n');
      await until(patienceMs, 'a poll after the failed one', () => failed > 0 && answered > 0);
    } finally {
      globalThis.fetch = fetch;
    }
    assert.equal(session.state, 'running');
    await session.stop();
    assert.ok(!isUpSomewhere());
  });

  describe('in another process', () => {
    beforeEach(async () => {
      await fixture.up();
      assert.ok(await session.attachIfRunning());
      assert.deepEqual([session.state, session.wanted], ['attached', undefined]);
    });

    it('lives on when the window ends', async () => {
      await session.close();
      assert.ok(isUpSomewhere());
    });

    it('is known to be gone, and is not wanted here, when it was stopped there', async () => {
      await fixture.down();
      await becomes('stopped');
      assert.equal(session.wanted, false);
    });

    it('is stopped from here, and started here right afterwards', async () => {
      await session.stop();
      assert.equal(session.state, 'stopped');
      await session.start();
      assert.equal(session.state, 'running');
    });
  });
});
