import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
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

describe('a refused file that stays in staging', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  after(() => fixture.dispose());

  it('is counted apart from those that wait, and found by its outcome in the log', async () => {
    await fixture.stage('acme', 'items.csv', 'id,name\n1,a\n');
    await fixture.stage('acme', 'data.exe', 'x');
    await fixture.run('acme');
    const { controlPlane } = await fixture.up();
    const [acme] = (await controlPlane.status()).tenants;
    assert.deepEqual([acme?.waitingFiles, acme?.refusedFiles], [0, 1]);
    const refused = await controlPlane.ingestionLog({ tenant: 'acme', outcome: 'refused', limit: 10 });
    assert.deepEqual(
      refused.map(({ file, cause }) => [file, cause?.code]),
      [['data.exe', 'WRONG_EXTENSION']],
    );
  });
});

describe('a staging directory that cannot be looked into', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  after(() => fixture.dispose());

  it('is made where it is missing, and nobody is told', async () => {
    await rm(fixture.folder.staging('acme'), { recursive: true });
    await fixture.run('acme');
    assert.deepEqual(await readdir(fixture.folder.staging('acme')), []);
    const { controlPlane } = await fixture.up();
    assert.equal((await controlPlane.status()).tenants[0]?.problem, null);
    assert.deepEqual(await fixture.log('acme'), []);
  });

  it('is a problem of the tenant, and no file of it', async () => {
    await rm(fixture.folder.staging('acme'), { recursive: true });
    await writeFile(fixture.folder.staging('acme'), 'not a directory');
    await fixture.run('acme');
    const { controlPlane } = await fixture.up();
    const [acme] = (await controlPlane.status()).tenants;
    assert.deepEqual([acme?.problem?.code, acme?.refusedFiles], ['STAGING_UNREADABLE', 0]);
    assert.deepEqual(await fixture.log('acme'), []);
  });
});
