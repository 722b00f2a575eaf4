import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { until } from '../../src/foundation/deadlines.ts';
import { programPath } from '../../src/foundation/programs.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const linesOf = (count: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${i},n${i}\n`).join('')}`;

describe('batch runs side by side on a platform that is down', function () {
  this.timeout(120_000);
  let fixture: PlatformFixture;
  beforeEach(async () => {
    const profile = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 500 } }' });
    fixture = await PlatformFixture.create([
      { name: 'acme', profile },
      { name: 'bull', profile },
    ]);
  });
  afterEach(() => fixture.dispose());

  function batchRun(...args: string[]): Promise<{ status: number; files: string[]; err: string }> {
    const program = [programPath('cli'), '--platform', fixture.folder.root, 'batch', 'run', '--json', ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, program, { timeout: 90_000 }, (error, stdout, stderr) => {
        const { records } = JSON.parse(stdout || '{"records":[]}') as { records: IngestionRecord[] };
        const files = records.map(({ file, outcome }) => `${file} ${outcome}`).sort();
        resolve({ status: error ? Number(error.code ?? -1) : 0, files, err: stderr });
      });
    });
  }

  it('both end well when they are started together', async () => {
    await fixture.stage('acme', 'a.csv', linesOf(1500));
    const ended = await Promise.all([batchRun(), batchRun()]);
    assert.deepEqual(
      ended.map(({ status, err }) => [status, err]),
      [
        [0, ''],
        [0, ''],
      ],
    );
    assert.ok(ended.some(({ files }) => files.includes('a.csv ingested')));
    assert.deepEqual(
      (await fixture.log('acme')).map(({ outcome }) => outcome),
      ['ingested'],
    );
  });

  it('the one that is left goes on when the platform ends with the other', async () => {
    await fixture.stage('acme', 'a.csv', linesOf(1500));
    await fixture.stage('bull', 'b.csv', linesOf(6000));
    const narrow = batchRun('acme');
    await until(30_000, 'the start of the platform', () => existsSync(fixture.folder.controlPlaneFile));
    const wide = await batchRun();
    assert.deepEqual(await narrow, { status: 0, files: ['a.csv ingested'], err: '' });
    assert.deepEqual(wide, { status: 0, files: ['a.csv ingested', 'b.csv ingested'], err: '' });
    assert.equal((await fixture.rows('bull')).length, 6000);
  });
});
