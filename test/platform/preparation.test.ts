import assert from 'node:assert/strict';
import { open, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const items = 'id,name\n1,a\n';

/** What takes some ten seconds to hash, and no room on the disk. */
const largeBytes = 8e9;

async function stageLarge(
  { folder }: PlatformFixture,
  tenant: string,
  name: string,
  bytes = largeBytes,
): Promise<void> {
  const unfinished = join(folder.staging(tenant), `.${name}.part`);
  const file = await open(unfinished, 'w');
  await file.truncate(bytes);
  await file.close();
  const past = Date.now() / 1000 - 120;
  await utimes(unfinished, past, past);
  await rename(unfinished, join(folder.staging(tenant), name));
}

describe('a run that takes long to prepare', () => {
  let platform: PlatformFixture;
  beforeEach(async () => {
    const batch = (quota: string) =>
      itemsProfile({ batch: `{ files: { settleSeconds: 0, maxFiles: 1 }, concurrency: 2, quota: ${quota} }` });
    platform = await PlatformFixture.create(
      [
        { name: 'bulk', profile: batch('{}') },
        { name: 'quiet', profile: batch('{ rowsPerSecond: 50 }') },
      ],
      'limits: { concurrentRuns: 2 }',
    );
    await platform.up();
  });
  afterEach(() => platform.dispose());

  const status = async (name: string) =>
    (await (await platform.up()).controlPlane.status()).tenants.find(({ tenant }) => tenant === name)!;
  const preparing = () =>
    until(patienceMs, 'the preparation', async () => (await status('bulk')).preparing?.find((run) => !run.ready));

  it('takes no place of the platform meanwhile, nor do those behind it', async () => {
    await stageLarge(platform, 'bulk', 'large.csv');
    for (const i of [1, 2, 3]) await platform.stage('bulk', `small_${i}.csv`, items, 60 - i);
    await preparing();
    await platform.stage('quiet', 'a.csv', items);
    await until(patienceMs, 'the file of the other', async () => (await platform.log('quiet')).length === 1);
    const { hashedBytes } = await preparing();
    assert.ok(hashedBytes < largeBytes, 'the other had to wait for all of it');
  });

  it('is told of, can be cancelled, and goes to quarantine then; what is behind it goes on', async () => {
    await stageLarge(platform, 'bulk', 'large.csv');
    await platform.stage('bulk', 'small.csv', items, 30);
    const { runId, app, files, bytes } = await preparing();
    assert.deepEqual([runId, app, files, bytes], ['bulk-1', 'items', ['large.csv'], largeBytes]);
    const { waitingFiles, waitingBytes, retries } = await status('bulk');
    assert.deepEqual([waitingFiles, waitingBytes, retries], [2, largeBytes + items.length, undefined]);
    const { controlPlane } = await platform.up();
    await controlPlane.cancelRun(runId);
    const log = await until(patienceMs, 'both files', async () => {
      const records = await platform.log('bulk');
      return records.length === 2 ? records : undefined;
    });
    assert.deepEqual(log.map(({ file, outcome, location }) => [file, outcome, location]).sort(), [
      ['large.csv', 'cancelled', '.mysimbdp/quarantine/bulk/bulk-1/files/large.csv'],
      ['small.csv', 'ingested', '.mysimbdp/archive/bulk/bulk-2/small.csv'],
    ]);
    const [cancelled] = (await platform.runs('bulk')).filter((run) => run.runId === runId);
    assert.deepEqual([cancelled?.outcome, cancelled?.files], ['cancelled', 1]);
    await rm(join(platform.folder.root, '.mysimbdp/quarantine/bulk/bulk-1/files/large.csv'));
  });

  it('waits for its turn when it is ready, where others have all places by then', async () => {
    await stageLarge(platform, 'bulk', 'large.csv', 3e9);
    await preparing();
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},a\n`).join('');
    for (const name of ['a.csv', 'b.csv']) await platform.stage('quiet', name, `id,name\n${name},\n${rows}`);
    const { controlPlane } = await platform.up();
    const running = async () => (await controlPlane.status()).runs.map(({ runId }) => runId).sort();
    await until(patienceMs, 'it to be ready', async () => (await status('bulk')).preparing?.[0]?.ready);
    assert.deepEqual(await running(), ['quiet-1', 'quiet-2']);
    await controlPlane.cancelRun('quiet-1');
    await until(patienceMs, 'its beginning', async () => (await running()).includes('bulk-1'));
    assert.equal((await status('bulk')).preparing, undefined);
    for (const runId of ['quiet-2', 'bulk-1']) await controlPlane.cancelRun(runId);
    await until(patienceMs, 'its end', async () => (await platform.runs('bulk'))[0]?.outcome === 'cancelled');
  });

  it('is undone when the platform stops', async () => {
    await stageLarge(platform, 'bulk', 'large.csv');
    await preparing();
    await platform.down();
    assert.deepEqual(await platform.staging('bulk'), ['large.csv']);
  });
});
