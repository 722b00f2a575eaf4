import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStaged, stageFile } from '../../../src/batch/stage-file.ts';

describe('staging a file', () => {
  let root: string;
  let staging: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-stage-'));
    staging = join(root, 'staging');
    await mkdir(staging);
    await writeFile(join(staging, 'a.csv'), 'old');
    await writeFile(join(root, 'a.csv'), 'new');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const waiting = () => readFile(join(staging, 'a.csv'), 'utf8');

  it('replaces nothing by itself', async () => {
    assert.equal(await stageFile(join(root, 'a.csv'), staging, 'a.csv'), false);
    assert.deepEqual([await waiting(), await readdir(staging)], ['old', ['a.csv']]);
  });

  it('replaces what waits when it is told to', async () => {
    assert.equal(await stageFile(join(root, 'a.csv'), staging, 'a.csv', { replace: true }), true);
    assert.deepEqual([await waiting(), await readdir(staging)], ['new', ['a.csv']]);
  });

  it('leaves what waits as it is when the new one cannot be copied', async () => {
    await assert.rejects(stageFile(join(root, 'gone.csv'), staging, 'a.csv', { replace: true }), { code: 'ENOENT' });
    assert.deepEqual([await waiting(), await readdir(staging)], ['old', ['a.csv']]);
  });

  it('knows the file that waits by whichever way it is named', async () => {
    await symlink(staging, join(root, 'link'), 'junction');
    assert.equal(await isStaged(join(root, 'link', 'a.csv'), staging, 'a.csv'), true);
    assert.equal(await isStaged(join(root, 'a.csv'), staging, 'a.csv'), false);
    assert.equal(await isStaged(join(root, 'gone.csv'), staging, 'gone.csv'), false);
  });
});
