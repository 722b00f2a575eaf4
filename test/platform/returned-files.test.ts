import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { PlatformFixture, itemsProfile } from './platform-fixture.ts';

const patienceMs = 30_000;
const rows = (count: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${i + 1},a\n`).join('')}`;
/** Ends the run of its file, so that those behind it go back as they came. */
const failing = `${rows(1000)}1001,last\n`;
const app = `export default { wrangle: (row) => row.name === 'last' ? process.exit(3) : row };`;

describe('a file that a run gives back', () => {
  let platform: PlatformFixture;
  afterEach(() => platform.dispose());

  /** Two files, the first of which fails after two seconds; begun on arrival. */
  async function begin(files: string): Promise<void> {
    const batch = '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 500 } }';
    const profile = itemsProfile({ files, batch });
    platform = await PlatformFixture.create([{ name: 'acme', profile, files: { 'apps/items/app.ts': app } }]);
    await platform.stage('acme', 'a.csv', failing, 70);
    await platform.stage('acme', 'b.csv', 'id,name\n5000,first\n', 60);
    const { controlPlane } = await platform.up();
    await until(patienceMs, 'the run', async () => (await controlPlane.status()).runs.length === 1);
  }
  const ended = (count: number) =>
    until(patienceMs, `${count} files in the log`, async () => {
      const records = await platform.log('acme');
      return records.length >= count ? records.map(({ file, outcome }) => `${file} ${outcome}`).sort() : undefined;
    });

  it('comes under its own name, once that is free, where its app takes no other', async () => {
    await begin('{a,b}.csv');
    await platform.stage('acme', 'b.csv', 'id,name\n6000,second\n', 60);
    assert.deepEqual(await ended(3), ['a.csv failed', 'b.csv ingested', 'b.csv ingested']);
    const ids = (await platform.rows('acme')).map(({ id }) => id);
    assert.ok(ids.includes(5000) && ids.includes(6000));
    await until(patienceMs, 'nothing left of the run', () => !existsSync(platform.folder.work('acme-1')));
  });

  it('waits, also over a restart, for the folder of its tenant, which is not brought back', async () => {
    await begin('*.csv');
    const [here, away] = [platform.folder.tenant('acme'), join(platform.folder.tenants, 'moved')];
    await rename(here, away);
    const { controlPlane } = await platform.up();
    await until(patienceMs, 'the end of the run', async () => (await controlPlane.runLog({ limit: 1 })).length === 1);
    const kept = join(platform.folder.work('acme-1'), 'files', 'b.csv');
    assert.deepEqual([existsSync(here), existsSync(kept)], [false, true]);
    assert.match(await platform.read('.mysimbdp/logs/platform.log'), /file-not-returned.*TENANT_NOT_PRESENT/s);
    await platform.down();
    await platform.up();
    assert.deepEqual([existsSync(here), existsSync(kept)], [false, true]);
    await rename(away, here);
    assert.deepEqual(await ended(2), ['a.csv failed', 'b.csv ingested']);
  });
});
