import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { returnOrphans } from '../../../src/batch/recovery.ts';
import { runMark } from '../../../src/batch/run-folder.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';

describe('what a killed control plane leaves behind', () => {
  let folder: PlatformFolder;
  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-')));
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  async function write(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'id\n1\n');
  }

  it('goes back into staging, but for copies that are not complete', async () => {
    await write(join(folder.work('acme-1'), 'files', 'a.csv'));
    await write(join(folder.work('acme-1'), 'files', 'b.csv.part'));
    await write(join(folder.work('acme-2'), 'files', 'c.csv'));
    await mkdir(folder.tenant('acme'), { recursive: true });
    assert.deepEqual(await returnOrphans(folder, new Set(['acme-2'])), [
      { tenant: 'acme', runId: 'acme-1', file: 'a.csv', name: 'a.csv' },
    ]);
    assert.deepEqual(await readdir(folder.staging('acme')), ['a.csv']);
    assert.deepEqual(await readdir(folder.workFolders), ['acme-2']);
  });

  it('stays where it is while staging cannot be written, and keeps nobody else from going back', async () => {
    await write(join(folder.work('acme-1'), 'files', 'a.csv'));
    await write(join(folder.work('other-1'), 'files', 'b.csv'));
    await write(folder.staging('acme'));
    await mkdir(folder.tenant('other'), { recursive: true });
    const returned = await returnOrphans(folder, new Set());
    assert.deepEqual(
      returned.map(({ tenant, problem }) => [tenant, problem === undefined]),
      [
        ['acme', false],
        ['other', true],
      ],
    );
    assert.ok(existsSync(join(folder.work('acme-1'), 'files', 'a.csv')));
    assert.deepEqual(await readdir(folder.staging('other')), ['b.csv']);
  });

  it('gets no other name where its own is taken: no app might take that', async () => {
    await write(join(folder.work('acme-1'), 'files', 'a.csv'));
    await write(join(folder.staging('acme'), 'a.csv'));
    const [returned] = await returnOrphans(folder, new Set());
    assert.deepEqual([returned?.file, returned?.problem?.code], ['a.csv', 'STAGING_NAME_TAKEN']);
    assert.deepEqual(await readdir(folder.staging('acme')), ['a.csv']);
  });

  it('does not bring back the folder of a tenant that is gone', async () => {
    await write(join(folder.work('acme-1'), 'files', 'a.csv'));
    const [returned] = await returnOrphans(folder, new Set());
    assert.deepEqual([returned?.file, returned?.problem?.code], ['a.csv', 'TENANT_NOT_PRESENT']);
    assert.ok(!existsSync(folder.tenant('acme')));
  });

  it('that is no folder of a run, or cannot be read, keeps nobody else from going back', async () => {
    await write(join(folder.workFolders, 'acme-0'));
    await write(join(folder.work('acme-1'), 'files'));
    await write(join(folder.work('other-1'), 'files', 'b.csv'));
    await mkdir(folder.tenant('other'), { recursive: true });
    const returned = await returnOrphans(folder, new Set());
    assert.deepEqual(returned.map(({ runId, file, problem }) => [runId, file, problem?.code]).sort(), [
      ['acme-0', null, 'ENOTDIR'],
      ['acme-1', null, 'ENOTDIR'],
      ['other-1', 'b.csv', undefined],
    ]);
    assert.ok(existsSync(join(folder.workFolders, 'acme-0')));
    assert.deepEqual(await readdir(folder.staging('other')), ['b.csv']);
  });

  it('stays where it is when the tenant is gone: its folder does not come back by itself', async () => {
    await write(join(folder.work('acme-1'), 'files', 'a.csv'));
    const [returned] = await returnOrphans(folder, new Set());
    assert.deepEqual([returned?.file, returned?.problem?.code], ['a.csv', 'TENANT_NOT_PRESENT']);
    assert.ok(existsSync(join(folder.work('acme-1'), 'files', 'a.csv')));
    assert.ok(!existsSync(folder.tenant('acme')));
  });

  it('is known by the same mark by whatever path the folder is opened', async () => {
    const link = `${folder.root}-link`;
    await symlink(folder.root, link, 'junction');
    try {
      assert.equal(runMark(new PlatformFolder(link), 'acme-1'), runMark(folder, 'acme-1'));
    } finally {
      await rm(link);
    }
  });
});
