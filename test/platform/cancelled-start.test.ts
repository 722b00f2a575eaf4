import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { returnOrphans } from '../../src/batch/recovery.ts';
import { startPlatform, type StartStage } from '../../src/platform/start-platform.ts';
import { PlatformFixture } from './platform-fixture.ts';

describe('a start that is cancelled', () => {
  let fixture: PlatformFixture;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  afterEach(() => fixture.dispose());

  for (const stage of ['profiles', 'services', 'recovery'] as const) {
    it(`leaves nothing behind in stage ${stage}`, async () => {
      const abort = new AbortController();
      const reason = new Error('not now');
      const stages: StartStage[] = [];
      const onStage = (one: StartStage) => {
        stages.push(one);
        if (one === stage) abort.abort(reason);
      };
      await assert.rejects(startPlatform(fixture.folder, { signal: abort.signal, onStage }), reason);
      assert.equal(stages.at(-1), stage);
      assert.ok(!existsSync(fixture.folder.controlPlaneFile));
      // Nobody owns the folder, and everything works.
      await fixture.stage('acme', 'items.csv', 'id,name\n1,a\n');
      const { records } = await fixture.run();
      assert.deepEqual(
        records.map(({ outcome }) => outcome),
        ['ingested'],
      );
    });
  }

  it('stops returning files; those that are left are returned by the next start', async () => {
    await fixture.write('.mysimbdp/work/acme-1/files/a.csv', 'id,name\n1,a\n');
    const reason = new Error('not now');
    await assert.rejects(returnOrphans(fixture.folder, new Set(), AbortSignal.abort(reason)), reason);
    assert.deepEqual(await fixture.staging('acme'), []);
    await returnOrphans(fixture.folder, new Set());
    assert.deepEqual(await fixture.staging('acme'), ['a.csv']);
  });
});
