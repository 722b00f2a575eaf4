import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { returnOrphans } from '../../../src/batch/recovery.ts';
import { restage } from '../../../src/batch/restage.ts';
import { RunFolder } from '../../../src/batch/run-folder.ts';
import { listStaging } from '../../../src/batch/staging.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { OtherDevice } from '../../other-device.ts';
import { itemsProfile } from '../../platform/platform-fixture.ts';

const content = 'id,name\n1,a\n';
const late = '2,late\n';
const why = { code: 'WHY', message: 'why' };
const anyName = () => true;
const noOther = () => false;

for (const device of ['the same', 'another']) {
  describe(`the files of a run, staging being on ${device} device`, () => {
    let other: OtherDevice | undefined;
    let folder: PlatformFolder;
    let staging: string;
    let run: RunFolder;
    beforeEach(async function () {
      folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-')));
      staging = folder.staging('acme');
      await mkdir(staging, { recursive: true });
      if (device === 'another') await (other = OtherDevice.orMissing(this)).put(staging);
      run = new RunFolder(folder, 'acme', 'acme-1');
      await run.create();
    });
    afterEach(async () => {
      await rm(folder.root, { recursive: true, force: true });
      await other?.dispose();
      other = undefined;
    });

    /** Stages a file and has the run take it. */
    async function take(name = 'a.csv') {
      await writeFile(join(staging, name), content);
      const [seen] = await listStaging(staging);
      assert.ok(seen);
      const admitted = await run.admit(seen, anyName);
      assert.ok(admitted);
      return { name, ...admitted };
    }
    const read = (path: string | null) => readFile(join(folder.root, path ?? assert.fail('nowhere')), 'utf8');

    it('are taken, and once they are settled nothing is left of them in staging', async () => {
      const file = await take();
      assert.deepEqual(await listStaging(staging), []);
      assert.equal(await readFile(run.workPath('a.csv'), 'utf8'), content);
      assert.equal(await run.isChanged(file), false);
      assert.equal(await read(await run.archive('a.csv')), content);
      assert.deepEqual([await readdir(staging), await run.leftOver()], [[], []]);
      // As after a crash.
      assert.equal(await read(await run.archive('a.csv')), content);
    });

    it('are not taken once another one has the name', async () => {
      await writeFile(join(staging, 'a.csv'), content);
      const [seen] = await listStaging(staging);
      await writeFile(join(staging, 'a.csv'), content + late);
      assert.equal(await run.admit(seen ?? assert.fail(), anyName), undefined);
      assert.deepEqual([await readdir(staging), await run.leftOver()], [['a.csv'], []]);
      assert.equal(await readFile(join(staging, 'a.csv'), 'utf8'), content + late);
    });

    it('are known to be written to after they were taken, and go to quarantine with all of it', async () => {
      // Whoever has it open goes on writing to it, whatever it is called by now.
      const writer = openSync(join(staging, 'a.csv'), 'w');
      const file = await take();
      writeSync(writer, late, content.length);
      closeSync(writer);
      assert.equal(await run.isChanged(file), true);
      const place = await run.quarantine('a.csv', why);
      assert.equal(await read(place), content + late);
      assert.deepEqual([await readdir(staging), await run.leftOver()], [[], []]);
      // As after a crash.
      assert.equal(await run.isChanged(file), true);
      assert.equal(await run.quarantine('a.csv', why), place);
    });

    it('go back as they are, beside what has come under their name and half of it', async () => {
      await take();
      await writeFile(join(staging, 'a.csv'), 'of the tenant');
      await writeFile(join(staging, 'a.1.csv.part'), 'begin');
      assert.equal(await run.giveBack('a.csv', anyName), 'tenants/acme/staging/a.1.csv');
      assert.equal(await readFile(join(staging, 'a.csv'), 'utf8'), 'of the tenant');
      assert.equal(await readFile(join(staging, 'a.1.csv'), 'utf8'), content);
      assert.equal(await readFile(join(staging, 'a.1.csv.part'), 'utf8'), 'begin');
      assert.deepEqual((await readdir(staging)).sort(), ['a.1.csv', 'a.1.csv.part', 'a.csv']);
      assert.deepEqual(await run.leftOver(), []);
    });

    it('stay with the run while their name is taken and their app takes no other, and go back once it is free', async () => {
      await take();
      await writeFile(join(staging, 'a.csv'), 'of the tenant');
      await assert.rejects(run.giveBack('a.csv', noOther), { code: 'STAGING_NAME_TAKEN' });
      assert.deepEqual(
        (await run.giveAllBack(noOther)).map(({ file, problem }) => [file, problem?.code]),
        [['a.csv', 'STAGING_NAME_TAKEN']],
      );
      assert.equal(await readFile(join(staging, 'a.csv'), 'utf8'), 'of the tenant');
      assert.deepEqual([...(await run.kept())], ['a.csv']);
      await rm(join(staging, 'a.csv'));
      assert.deepEqual(await run.giveAllBack(noOther), [{ file: 'a.csv', name: 'a.csv' }]);
      assert.equal(await readFile(join(staging, 'a.csv'), 'utf8'), content);
      assert.deepEqual([await readdir(staging), await readdir(folder.workFolders)], [['a.csv'], []]);
    });

    it('are not removed with the folder of the run when one comes late', async () => {
      // As out of a call that was given up, and has come through after all.
      const path = run.workPath('a.csv');
      await writeFile(path, content);
      await assert.rejects(run.remove(), { code: 'ENOTEMPTY' });
      assert.equal(await readFile(path, 'utf8'), content);
      assert.deepEqual(await run.giveAllBack(anyName), [{ file: 'a.csv', name: 'a.csv' }]);
      await assert.rejects(stat(path), { code: 'ENOENT' });
    });

    it('never replace what a run of the same number has left', async () => {
      await mkdir(join(folder.archive('acme'), 'acme-1'), { recursive: true });
      await writeFile(run.archivePath('a.csv'), 'of an earlier run');
      await take();
      assert.equal(await read(await run.archive('a.csv')), content);
      assert.equal(await readFile(run.archivePath('a.csv'), 'utf8'), 'of an earlier run');
    });

    it('go back at the next start when the platform was killed, wherever they were', async () => {
      await take();
      const { mtimeMs } = await lstat(run.workPath('a.csv'));
      const returned = { tenant: 'acme', runId: 'acme-1', file: 'a.csv', name: 'a.csv' };
      assert.deepEqual(await returnOrphans(folder, new Set(['acme-1'])), []);
      // Killed before the copy was complete, or before it was begun.
      if (device === 'another') {
        await rename(run.workPath('a.csv'), run.workPath('.0.part'));
        await take('b.csv');
        await rm(run.workPath('b.csv'));
      }
      const found = await returnOrphans(folder, new Set());
      assert.deepEqual(found.slice(0, 1), [returned]);
      assert.deepEqual(await readdir(staging), device === 'another' ? ['a.csv', 'b.csv'] : ['a.csv']);
      assert.ok(Math.abs((await stat(join(staging, 'a.csv'))).mtimeMs - mtimeMs) < 1);
      assert.deepEqual(await readdir(folder.workFolders), []);
    });
  });
}

describe('files in quarantine', () => {
  let folder: PlatformFolder;
  let staging: string;
  let place: string;
  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-')));
    staging = folder.staging('acme');
    await mkdir(staging, { recursive: true });
    const run = new RunFolder(folder, 'acme', 'acme-1');
    await run.create();
    await writeFile(run.workPath('a.csv'), content);
    place = (await run.quarantine('a.csv', why)) ?? assert.fail('nowhere');
    await writeFile(join(staging, 'a.csv'), 'of the tenant');
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  it('can be staged again from quarantine, under another name where their own is taken', async () => {
    await tenantTaking('*.csv');
    await writeFile(join(staging, 'a.csv'), 'of the tenant');
    assert.equal(await restage(folder, 'acme', place), 'a.1.csv');
    assert.deepEqual((await readdir(staging)).sort(), ['a.1.csv', 'a.csv']);
    assert.deepEqual(await readdir(join(folder.quarantine('acme'), 'acme-1')), ['files']);
  });

  it('are not staged again under a name that no app takes', async () => {
    await tenantTaking('a.csv');
    await writeFile(join(staging, 'a.csv'), 'of the tenant');
    await assert.rejects(restage(folder, 'acme', place), { code: 'STAGING_NAME_TAKEN' });
    assert.equal(await readFile(join(folder.root, place), 'utf8'), content);
  });

  async function tenantTaking(files: string): Promise<void> {
    await writeFile(folder.platformFile, 'platform: test\ntenants: [{ name: acme }]\n');
    await mkdir(join(folder.tenant('acme'), 'apps', 'items'), { recursive: true });
    await writeFile(join(folder.tenant('acme'), 'apps', 'items', 'app.ts'), 'export default {};');
    await writeFile(folder.profile('acme'), `tenant: acme\n${itemsProfile({ files })}`);
  }
});
