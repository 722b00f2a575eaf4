import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveFile } from '../../../src/batch/move-file.ts';

const memory = '/dev/shm';

describe('moving a file', () => {
  const folders: string[] = [];
  const folderIn = async (parent: string) => {
    const folder = await mkdtemp(join(parent, 'mysimbdp-move-'));
    folders.push(folder);
    return folder;
  };
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  it('to another device leaves a whole file there, with its time, and nothing else anywhere', async function () {
    const from = await folderIn(tmpdir());
    if (!existsSync(memory) || (await stat(memory)).dev === (await stat(from)).dev) this.skip();
    const to = await folderIn(memory);
    const file = join(from, 'a.csv');
    await writeFile(file, 'id,name\n1,a\n');
    // Nobody may write to it, also not who moves it.
    await chmod(file, 0o444);
    const time = new Date('2026-01-02T03:04:05.678Z');
    await utimes(file, time, time);
    await moveFile(file, join(to, 'a.csv'));
    assert.deepEqual([await readdir(from), await readdir(to)], [[], ['a.csv']]);
    assert.equal(await readFile(join(to, 'a.csv'), 'utf8'), 'id,name\n1,a\n');
    // Times are given to files as fractions of seconds, which are not exact.
    assert.ok(Math.abs((await stat(join(to, 'a.csv'))).mtimeMs - time.getTime()) < 1);
  });
});
