import assert from 'node:assert/strict';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonPath } from '../../src/batch/quarantine-places.ts';
import { until } from '../../src/foundation/deadlines.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { assertAccounted, itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const count = 60_000;
const ids = (to: number) => Array.from({ length: to }, (_, i) => i + 1);
const content = `id,name\n${ids(count)
  .map((id) => `${id},name of ${id}`)
  .join('\n')}\n`;
/** Slow enough to be met half-way. */
const batch = '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 20000 } }';

describe('a file that a run has in hand', () => {
  let fixture: PlatformFixture;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
  });
  afterEach(() => fixture.dispose());

  /** Stages the file, does something to it while it is read, and gives what came of it. */
  async function disturb(what: (path: string, runId: string) => Promise<void>): Promise<IngestionRecord> {
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'items.csv', content);
    const { runId } = await until(patienceMs, 'the run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find((candidate) => (candidate.report?.counters.stored ?? 0) > 0);
    });
    await what(join(fixture.folder.work(runId), 'files', 'items.csv'), runId);
    const record = await until(patienceMs, 'the end of the run', async () => {
      return (await controlPlane.ingestionLog({ limit: 1 }))[0];
    });
    assertAccounted(record);
    const { stored } = record.counters;
    assert.ok(stored > 0 && stored === record.counters.read, JSON.stringify(record.counters));
    // A runner that is killed has stored more than its last checkpoint says.
    const keys = await storedKeys(fixture, 'acme');
    assert.ok(keys.length >= stored && keys.length < stored + 20_000, `${keys.length} keys, ${stored} stored`);
    assert.deepEqual(keys, ids(keys.length));
    return record;
  }

  /** The whole file makes it right. */
  async function stageAgain(): Promise<void> {
    await fixture.stage('acme', 'items.csv', content);
    await fixture.run('acme');
    await expectFile(fixture, 'acme', 'items.csv', {
      outcome: 'ingested',
      counts: [count, count, 0, 0],
      place: 'archive',
    });
    const rows = await fixture.rows('acme');
    assert.equal(rows.length, count);
    for (const { id, name } of rows) assert.equal(name, `name of ${String(id)}`);
  }

  it('fails with FILE_CHANGED where it was cut, when it shrinks', async () => {
    const record = await disturb((path) => truncate(path, content.length / 2));
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'FILE_CHANGED']);
    assert.match(record.cause?.message ?? '', new RegExp(`${content.length} bytes .*${content.length / 2} now`));
    assert.ok(record.counters.stored < count, 'nothing was cut');
    assert.equal((await storedKeys(fixture, 'acme')).length, record.counters.stored);
    assert.match(await fixture.read(reasonPath(record.location ?? '')), /FILE_CHANGED/);
    await stageAgain();
  });

  it('fails with FILE_GONE when it disappears', async () => {
    const record = await disturb((path) => rm(path));
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'FILE_GONE']);
    assert.match(record.cause?.hint ?? '', /stage it again/);
    assert.equal(record.location, null);
    assert.equal((await storedKeys(fixture, 'acme')).length, record.counters.stored);
    const [run] = await fixture.runs('acme');
    assert.deepEqual([run?.outcome, run?.cause], ['done', null]);
    await stageAgain();
  });

  it('fails with FILE_GONE when it disappears and the runner is killed', async () => {
    const record = await disturb(async (path, runId) => {
      const { pid } = JSON.parse(await fixture.read(`.mysimbdp/work/${runId}/runner.json`)) as { pid: number };
      process.kill(pid, 'SIGSTOP');
      await rm(path);
      process.kill(pid, 'SIGKILL');
    });
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'FILE_GONE']);
    assert.ok(record.counters.stored < count);
    await stageAgain();
  });
});
