import assert from 'node:assert/strict';
import { PlatformFixture } from './platform-fixture.ts';

describe('a run whose file is at fault', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  after(() => fixture.dispose());

  it('is done, and its record tells how many of its files failed', async () => {
    await fixture.stage('acme', 'bad.csv', 'id,name,id\n1,a,2\n');
    await fixture.stage('acme', 'good.csv', 'id,name\n1,a\n');
    await fixture.run('acme');
    const runs = await fixture.runs('acme');
    assert.ok(runs.every(({ outcome }) => outcome === 'done'));
    const sum = (key: 'files' | 'failedFiles') => runs.reduce((total, run) => total + run[key], 0);
    assert.deepEqual([sum('files'), sum('failedFiles')], [2, 1]);
  });
});
