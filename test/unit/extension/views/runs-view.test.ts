import assert from 'node:assert/strict';
import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { RunRecord } from '../../../../src/protocol/ingestion-log.ts';
import type { ActiveRun, WaitingRun } from '../../../../src/protocol/management.ts';
import { exampleRun } from '../../cli/examples.ts';
import { openEditor } from '../editor/editor.ts';
import { exampleRunRecord } from '../panel/example-source.ts';

describe('the view of runs', () => {
  before(() => openEditor());

  function platform(name: string, recentRuns: RunRecord[], runs: ActiveRun[] = []): PlatformSession {
    const folder = new PlatformFolder(`/${name}`);
    return { name, folder, status: { runs }, recentRuns } as unknown as PlatformSession;
  }
  async function nodes(...sessions: PlatformSession[]) {
    const { runNodes } = await import('../../../../src/extension/views/runs-view.ts');
    return runNodes(sessions);
  }

  it('shows runs that wait for their next attempt behind those that run: why and when, and that they can be cancelled', async () => {
    const { runNodes } = await import('../../../../src/extension/views/runs-view.ts');
    const cause = { code: 'RUNNER_CRASHED', message: 'it ended' };
    const retry: WaitingRun = { runId: 'north-7', app: 'reviews', files: ['a.tsv'], at: Date.now() + 60_000, cause };
    const retries = [retry, { ...retry, runId: 'north-8', at: null, cause: null }];
    const session = {
      folder: new PlatformFolder('/platform'),
      status: { tenants: [{ tenant: 'north', retries }, { tenant: 'south' }], runs: [exampleRun()] },
      recentRuns: [],
    };
    const nodes = runNodes([session as unknown as PlatformSession]);
    assert.deepEqual(
      nodes.map(({ label, context }) => [label, context]),
      [
        ['run-1', 'run.active'],
        ['north-7', 'run.waiting'],
        ['north-8', 'run.waiting'],
      ],
    );
    assert.match(nodes[1]?.description ?? '', /^RUNNER_CRASHED · next attempt at \d/);
    assert.equal(nodes[2]?.description, 'waits for the end of its earlier process');
    assert.equal(nodes[1]?.target?.runId, 'north-7');
    const { tooltip } = nodes[1];
    assert.match(typeof tooltip === 'function' ? tooltip() : '', /it ended.*a\\\.tsv/s);
  });

  it('shows runs that are being prepared, which can be cancelled, and how far they are', async () => {
    const { runNodes } = await import('../../../../src/extension/views/runs-view.ts');
    const run = { runId: 'north-7', app: 'reviews', files: ['a.tsv'], bytes: 6e9, hashedBytes: 2e9, ready: false };
    const preparing = [run, { ...run, runId: 'north-8', ready: true }];
    const session = {
      folder: new PlatformFolder('/platform'),
      status: { tenants: [{ tenant: 'north', preparing }], runs: [] },
      recentRuns: [],
    };
    assert.deepEqual(
      runNodes([session as unknown as PlatformSession]).map(({ label, context, description }) => [
        label,
        context,
        description,
      ]),
      [
        ['north-7', 'run.waiting', 'preparing, 2.0 GB of 6.0 GB'],
        ['north-8', 'run.waiting', 'waits for a place'],
      ],
    );
  });

  it('shows a run that is done but for a file that failed as one that failed, before the others', async () => {
    const now = Date.now();
    const bad = exampleRunRecord({ runId: 'bad', files: 2, failedFiles: 1, endedAt: now - 1 });
    const shown = await nodes(platform('one', [exampleRunRecord({ runId: 'good', endedAt: now }), bad]));
    assert.deepEqual(
      shown.map(({ label, icon, context }) => [label, icon, context]),
      [
        ['bad', 'error', 'run.failed'],
        ['good', 'pass', 'run.done'],
      ],
    );
    assert.match(shown[0]?.description ?? '', /^1 file failed · 9 stored/);
  });

  it('tells why a file of a run failed, and what can be done', async () => {
    const cause = {
      code: 'TOLERANCE_EXCEEDED',
      message: '60 % of the records were rejected',
      hint: 'Correct the file.',
    };
    const firstFailure = { file: 'a.csv', cause };
    const [bad] = await nodes(platform('one', [exampleRunRecord({ failedFiles: 1, firstFailure })]));
    assert.match(bad?.description ?? '', /^1 file failed \(TOLERANCE_EXCEEDED\)/);
    const tooltip = typeof bad?.tooltip === 'function' ? bad.tooltip() : '';
    assert.match(tooltip, /a\\\.csv: 60 % of the records were rejected.*Correct the file/s);
  });

  it('does not hide what went well behind what failed, and forgets what failed long ago', async () => {
    const now = Date.now();
    const failed = Array.from({ length: 120 }, (_, n) =>
      exampleRunRecord({ runId: `bad-${n}`, failedFiles: 1, endedAt: now - n }),
    );
    const long = exampleRunRecord({ runId: 'long ago', failedFiles: 1, endedAt: now - 2 * 86_400_000 });
    const good = exampleRunRecord({ runId: 'good', endedAt: now + 1 });
    const shown = (await nodes(platform('one', [long, good, ...failed]))).map(({ label }) => label);
    assert.equal(shown.length, 100);
    assert.equal(shown[50], 'good');
    const few = (await nodes(platform('one', [long, good]))).map(({ label }) => label);
    assert.deepEqual(few, ['good', 'long ago']);
  });

  it('does not show a run of which every record was rejected as a success', async () => {
    const counters = { ...exampleRunRecord().counters, read: 20, stored: 0, filtered: 0, quarantined: 20 };
    const [all, some] = await nodes(
      platform('one', [
        exampleRunRecord({ runId: 'all', counters, endedAt: 2 }),
        exampleRunRecord({ runId: 'some', counters: { ...counters, read: 21, stored: 1 }, endedAt: 1 }),
      ]),
    );
    assert.deepEqual([all?.icon, some?.icon], ['warning', 'pass']);
    assert.match(all?.description ?? '', /^0 stored · 20 quarantined/);
  });

  it('orders the runs of several platforms as one list, and says which platform each is of', async () => {
    const now = Date.now();
    const run = (runId: string, age: number, failedFiles = 0) =>
      exampleRunRecord({ runId, endedAt: now - 10 + age, failedFiles });
    const one = platform('one', [run('a', 1), run('b', 3)], []);
    const two = platform('two', [run('c', 2), run('d', 1, 1)], [{ ...exampleRun(), runId: 'e' }]);
    const shown = await nodes(one, two);
    assert.deepEqual(
      shown.map(({ label, description }) => [label, description?.split(' · ')[0]]),
      [
        ['e', 'two'],
        ['d', 'two'],
        ['b', 'one'],
        ['c', 'two'],
        ['a', 'one'],
      ],
    );
  });
});
