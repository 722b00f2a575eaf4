import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../src/foundation/deadlines.ts';
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

  it('can be called off half-way, and leaves nothing behind then', async () => {
    await truncate(join(root, 'a.csv'), 2 ** 32);
    const abort = new AbortController();
    const copy = stageFile(join(root, 'a.csv'), staging, 'b.csv', { signal: abort.signal });
    await until(10_000, 'the copy', async () => (await readdir(staging)).some((name) => name.endsWith('.part')));
    const reason = new Error('called off');
    abort.abort(reason);
    await assert.rejects(copy, reason);
    assert.deepEqual(await readdir(staging), ['a.csv']);
  });

  it('keeps what a file may be read by', async () => {
    await chmod(join(root, 'a.csv'), 0o640);
    await stageFile(join(root, 'a.csv'), staging, 'b.csv');
    assert.equal(await readFile(join(staging, 'b.csv'), 'utf8'), 'new');
    assert.equal((await stat(join(staging, 'b.csv'))).mode & 0o777, 0o640);
  });

  it('knows the file that waits by whichever way it is named', async () => {
    await symlink(staging, join(root, 'link'), 'junction');
    assert.equal(await isStaged(join(root, 'link', 'a.csv'), staging, 'a.csv'), true);
    assert.equal(await isStaged(join(root, 'a.csv'), staging, 'a.csv'), false);
    assert.equal(await isStaged(join(root, 'gone.csv'), staging, 'gone.csv'), false);
  });
});
