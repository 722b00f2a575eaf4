import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { lstat, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { OtherDevice } from '../other-device.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const batch = '{ files: { settleSeconds: 0, refused: quarantine } }';

describe('staging on another device than the state of the platform', () => {
  let other: OtherDevice;
  let fixture: PlatformFixture;
  let staging: string;
  beforeEach(async function () {
    other = OtherDevice.orMissing(this);
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    staging = fixture.folder.staging('acme');
    await other.put(fixture.folder.state);
  });
  afterEach(async () => {
    await fixture.dispose();
    await other.dispose();
  });

  it('is ingested as any other, and nothing is left of it', async () => {
    // With times that have parts of a millisecond, as writing gives them.
    await fixture.stage('acme', 'items.csv', 'id,name\n1,a\n', 60.000_123_4);
    await fixture.stage('acme', 'again.csv', 'id,name\n1,a\n', 30);
    await fixture.run('acme');
    await expectFile(fixture, 'acme', 'items.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });
    const [again] = (await fixture.log('acme')).filter(({ file }) => file === 'again.csv');
    assert.equal(again?.outcome, 'duplicate');
    assert.deepEqual(await readdir(staging), []);
  });

  it('loses nothing that is written to a file after it was taken', async () => {
    await fixture.up();
    const writer = openSync(join(staging, 'items.csv'), 'w');
    writeSync(writer, 'id,name\n1,a\n2,b\n');
    const demand = fixture.run('acme');
    const copy = join(fixture.folder.work('acme-1'), 'files', 'items.csv');
    await until(patienceMs, 'a run that has taken the file', () => existsSync(copy), undefined, 5);
    writeSync(writer, '3,late\n4,late\n');
    closeSync(writer);
    await demand;
    const [record] = await fixture.log('acme');
    assert.deepEqual([record?.outcome, record?.cause?.code], ['failed', 'FILE_CHANGED']);
    assert.match(await fixture.read(record?.location ?? ''), /4,late\n$/);
    assert.deepEqual(await readdir(staging), []);
  });

  it('has links refused as links: what they lead to is nobody’s business', async () => {
    const secret = join(fixture.folder.root, 'secret.txt');
    await writeFile(secret, 'of somebody else');
    await symlink(secret, join(staging, 'items.csv'));
    await fixture.run('acme');
    const [record] = await fixture.log('acme');
    assert.deepEqual([record?.outcome, record?.cause?.code], ['refused', 'SYMBOLIC_LINK']);
    assert.equal(await readlink(join(fixture.folder.root, record?.location ?? '')), secret);
  });

  it('has pipes refused without opening them', async function () {
    if (spawnSync('mkfifo', [join(staging, 'items.csv')]).status !== 0) this.skip();
    await fixture.stage('acme', 'good.csv', 'id,name\n1,a\n');
    await fixture.run('acme');
    const record = (await fixture.log('acme')).find(({ file }) => file === 'items.csv');
    assert.deepEqual([record?.outcome, record?.cause?.code], ['refused', 'NOT_A_FILE']);
    assert.equal(record?.location, 'tenants/acme/staging/items.csv');
    assert.ok((await lstat(join(staging, 'items.csv'))).isFIFO());
    assert.deepEqual(await storedKeys(fixture, 'acme'), [1]);
  });
});
