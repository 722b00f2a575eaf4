import assert from 'node:assert/strict';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WatchDirectory } from '../../../src/batch/directory-watch.ts';
import { FolderWatcher } from '../../../src/batch/folder-watcher.ts';
import { until } from '../../../src/foundation/deadlines.ts';
import { faultOf, type Fault } from '../../../src/foundation/errors.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';

describe('watching a platform folder', () => {
  let folder: PlatformFolder;
  let watcher: FolderWatcher | undefined;
  const seen = { staging: [] as string[], profiles: 0, problems: [] as Fault[] };

  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-watch-')));
    await writeFile(folder.platformFile, 'platform: test\n');
    await mkdir(folder.staging('acme'), { recursive: true });
    await writeFile(folder.profile('acme'), 'tenant: acme\n');
  });
  afterEach(async () => {
    await watcher?.dispose();
    await rm(folder.root, { recursive: true, force: true });
  });

  async function begin(watchDirectory?: WatchDirectory): Promise<void> {
    let watching = false;
    const listener = {
      watching: () => (watching = true),
      profilesChanged: () => seen.profiles++,
      stagingChanged: (tenant: string) => void seen.staging.push(tenant),
      problem: (error: Error) => void seen.problems.push(faultOf(error)),
    };
    watcher = new FolderWatcher(folder, listener, watchDirectory);
    await until(5000, 'the folder is watched', () => watching);
    await quiet();
    forget();
  }
  const forget = () => Object.assign(seen, { staging: [], profiles: 0, problems: [] });
  /** What has happened so far is told by then. */
  const quiet = async () => {
    const told = seen.staging.length + seen.profiles;
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (seen.staging.length + seen.profiles > told) await quiet();
  };
  const stagingTold = (tenant: string) =>
    until(5000, `a change in the staging of ${tenant} is told`, () => seen.staging.includes(tenant));
  const profilesTold = () => until(5000, 'a change of profiles is told', () => seen.profiles > 0);
  const stage = (tenant: string, name: string) => writeFile(join(folder.staging(tenant), name), 'a');

  it('tells a file that comes into staging, and one that goes', async () => {
    await begin();
    await stage('acme', 'a.csv');
    await stagingTold('acme');
    await quiet();
    forget();
    await rm(join(folder.staging('acme'), 'a.csv'));
    await stagingTold('acme');
    assert.equal(seen.profiles, 0);
  });

  it('tells nothing of names that nobody takes', async () => {
    await begin();
    await stage('acme', 'a.csv.part');
    await stage('acme', '.a.csv');
    await quiet();
    assert.deepEqual(seen.staging, []);
    await rename(join(folder.staging('acme'), 'a.csv.part'), join(folder.staging('acme'), 'a.csv'));
    await stagingTold('acme');
  });

  it('tells many files that come at a time only a few times', async () => {
    await begin();
    await Promise.all(Array.from({ length: 200 }, (_, i) => stage('acme', `f${i}.csv`)));
    await quiet();
    assert.ok(seen.staging.length > 0 && seen.staging.length < 40, `${seen.staging.length} times`);
  });

  it('takes no watch for a file', async function () {
    if (process.platform !== 'linux') return this.skip();
    const before = await inotifyWatches();
    for (let i = 0; i < 300; i++) await stage('acme', `f${i}.csv`);
    await begin();
    const taken = (await inotifyWatches()) - before;
    assert.ok(taken <= 4, `${taken} watches for one tenant with 300 files`);
  });

  it('tells a profile and mysimbdp.yaml that are replaced as a whole', async () => {
    await begin();
    for (const path of [folder.profile('acme'), folder.platformFile]) {
      for (let time = 0; time < 2; time++) {
        await writeFile(`${path}.next`, `# ${time}\n`);
        await quiet();
        forget();
        await rename(`${path}.next`, path);
        await profilesTold();
      }
    }
  });

  it('watches tenants that come later', async () => {
    await begin();
    await mkdir(folder.tenant('late'));
    await profilesTold();
    await quiet();
    await mkdir(folder.staging('late'));
    await quiet();
    forget();
    await stage('late', 'a.csv');
    await stagingTold('late');
    await writeFile(folder.profile('late'), 'tenant: late\n');
    await profilesTold();
  });

  it('tells what is in a staging directory that appears with its tenant', async () => {
    await begin();
    const prepared = join(folder.root, 'prepared');
    await mkdir(join(prepared, 'staging'), { recursive: true });
    await writeFile(join(prepared, 'staging', 'a.csv'), 'a');
    await rename(prepared, folder.tenant('moved_in'));
    await stagingTold('moved_in');
  });

  it('goes on with a staging directory that was removed and made again', async () => {
    await begin();
    for (let time = 0; time < 2; time++) {
      await rm(folder.staging('acme'), { recursive: true });
      await mkdir(folder.staging('acme'));
      await quiet();
      forget();
      await stage('acme', 'a.csv');
      await stagingTold('acme');
    }
  });

  it('tells the files of a renamed tenant under its new name only', async () => {
    await begin();
    await rename(folder.tenant('acme'), folder.tenant('corp'));
    await profilesTold();
    await quiet();
    forget();
    await stage('corp', 'a.csv');
    await stagingTold('corp');
    await quiet();
    assert.ok(!seen.staging.includes('acme'));
    // And when another takes its place.
    await mkdir(folder.staging('acme'), { recursive: true });
    await quiet();
    forget();
    await stage('acme', 'b.csv');
    await stagingTold('acme');
    assert.ok(!seen.staging.includes('corp'));
  });

  it('goes on when the folder of all tenants was removed and made again', async () => {
    await begin();
    await rm(folder.tenants, { recursive: true });
    await profilesTold();
    await mkdir(folder.staging('acme'), { recursive: true });
    await quiet();
    forget();
    await stage('acme', 'a.csv');
    await stagingTold('acme');
  });

  it('tells once, with what can be done, when the system has no watches left, and goes on with the others', async () => {
    for (const tenant of ['b1', 'b2', 'b3']) await mkdir(folder.staging(tenant), { recursive: true });
    const none = Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
      code: 'ENOSPC',
    });
    const problems: Fault[] = [];
    const staging: string[] = [];
    let watching = false;
    watcher = new FolderWatcher(
      folder,
      {
        watching: () => (watching = true),
        profilesChanged: () => undefined,
        stagingChanged: (tenant) => void staging.push(tenant),
        problem: (error) => void problems.push(faultOf(error)),
      },
      (path, told) => {
        if (/b\d.staging$/.test(path)) throw none;
        return watch(path, told);
      },
    );
    await until(5000, 'what can be watched is', () => watching);
    assert.deepEqual([problems.length, problems[0]?.code], [1, 'FOLDER_NOT_WATCHED']);
    assert.match(problems[0]?.hint ?? '', /max_user_watches/);
    staging.length = 0;
    await stage('acme', 'a.csv');
    await until(5000, 'the others are watched', () => staging.includes('acme'));
  });
});

/** How many watches of inotify this process has. */
async function inotifyWatches(): Promise<number> {
  let watches = 0;
  for (const fd of await readdir('/proc/self/fdinfo')) {
    const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '');
    watches += info.split('\n').filter((line) => line.startsWith('inotify wd:')).length;
  }
  return watches;
}
