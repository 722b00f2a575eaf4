import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import {
  chmod,
  link,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveFile, place, putFile } from '../../../src/batch/move-file.ts';
import { until } from '../../../src/foundation/deadlines.ts';
import { OtherDevice } from '../../other-device.ts';

const patienceMs = 10_000;
const content = 'id,name\n1,a\n';
const large = Buffer.alloc(200_000_000, 'id,name\n');

describe('moving a file', () => {
  let other: OtherDevice | undefined;
  let from: string;
  let to: string;
  beforeEach(async () => {
    from = await mkdtemp(join(tmpdir(), 'mysimbdp-move-'));
  });
  afterEach(async () => {
    await rm(from, { recursive: true, force: true });
    await other?.dispose();
    other = undefined;
  });

  for (const device of ['the same', 'another']) {
    describe(`to ${device} device`, () => {
      beforeEach(async function () {
        if (device === 'another') to = await (other = OtherDevice.orMissing(this)).folder();
        else to = await mkdtemp(join(from, 'to-'));
      });

      const left = async () => (await readdir(from)).filter((name) => !name.startsWith('to-'));

      it('leaves a whole file there, with its time and rights, and nothing else anywhere', async () => {
        const file = join(from, 'a.csv');
        await writeFile(file, content);
        // Nobody may write to it, also not who moves it.
        await chmod(file, 0o444);
        const time = new Date('2026-01-02T03:04:05.678Z');
        await utimes(file, time, time);
        await moveFile(file, join(to, 'a.csv'));
        assert.deepEqual([await left(), await readdir(to)], [[], ['a.csv']]);
        assert.equal(await readFile(join(to, 'a.csv'), 'utf8'), content);
        const { mtimeMs, mode } = await stat(join(to, 'a.csv'));
        // Times are given to files as fractions of seconds, which are not exact.
        assert.ok(Math.abs(mtimeMs - time.getTime()) < 1);
        assert.equal(mode & 0o777, 0o444);
      });

      it('replaces nothing', async () => {
        await writeFile(join(from, 'a.csv'), content);
        await writeFile(join(to, 'a.csv'), 'another');
        await assert.rejects(moveFile(join(from, 'a.csv'), join(to, 'a.csv')), { code: 'PLACE_TAKEN' });
        assert.equal(await readFile(join(to, 'a.csv'), 'utf8'), 'another');
        assert.equal(await putFile(join(from, 'a.csv'), to, 'a.csv', () => true), join(to, 'a.1.csv'));
        assert.equal(await readFile(join(to, 'a.csv'), 'utf8'), 'another');
        assert.equal(await readFile(join(to, 'a.1.csv'), 'utf8'), content);
        assert.deepEqual(await left(), []);
      });

      it('takes a link as a link', async () => {
        const secret = join(from, 'secret.txt');
        await writeFile(secret, 'of somebody else');
        await symlink(secret, join(from, 'a.csv'));
        await moveFile(join(from, 'a.csv'), join(to, 'a.csv'));
        assert.equal(await readlink(join(to, 'a.csv')), secret);
        assert.deepEqual(await left(), ['secret.txt']);
      });

      it('finds a name for another of the longest name', async () => {
        const name = `${'ä'.repeat(125)}.csv`;
        for (const text of ['first', 'second', 'third']) {
          await writeFile(join(from, name), text);
          await putFile(join(from, name), to, name, () => true);
        }
        const names = await readdir(to);
        assert.equal(names.length, 3);
        for (const each of names) assert.match(each, /^ä+.*\.csv$/);
      });
    });
  }

  it('gives no second name to what was cut off between two', async () => {
    to = await mkdtemp(join(from, 'to-'));
    await writeFile(join(from, 'a.csv'), content);
    await link(join(from, 'a.csv'), join(to, 'a.csv'));
    assert.equal(await putFile(join(from, 'a.csv'), to, 'a.csv', () => true), join(to, 'a.csv'));
    assert.deepEqual([await readdir(to), await readFile(join(to, 'a.csv'), 'utf8')], [['a.csv'], content]);
  });

  it('does not replace what comes at the last moment', async () => {
    await writeFile(join(from, 'a.csv'), content);
    await writeFile(join(from, 'b.csv'), 'another');
    await assert.rejects(place(join(from, 'a.csv'), join(from, 'b.csv')), { code: 'PLACE_TAKEN' });
    assert.equal(await readFile(join(from, 'b.csv'), 'utf8'), 'another');
  });

  describe('while it is copied to another device', () => {
    beforeEach(async function () {
      to = await (other = OtherDevice.orMissing(this)).folder();
    });

    const copying = () => until(patienceMs, 'a copy', async () => (await readdir(to))[0], undefined, 1);

    it('does not replace what comes meanwhile', async () => {
      await writeFile(join(from, 'a.csv'), large);
      const moved = putFile(join(from, 'a.csv'), to, 'a.csv', () => true);
      assert.match(await copying(), /^\./);
      await writeFile(join(to, 'a.csv'), 'of the tenant');
      assert.equal(await moved, join(to, 'a.1.csv'));
      assert.equal(await readFile(join(to, 'a.csv'), 'utf8'), 'of the tenant');
      assert.equal((await stat(join(to, 'a.1.csv'))).size, large.length);
    });

    it('stays where it is when somebody writes to it', async () => {
      await writeFile(join(from, 'a.csv'), large);
      const moved = assert.rejects(moveFile(join(from, 'a.csv'), join(to, 'a.csv')), { code: 'FILE_CHANGES' });
      await copying();
      appendFileSync(join(from, 'a.csv'), '2,b\n');
      await moved;
      assert.deepEqual([await readdir(from), await readdir(to)], [['a.csv'], []]);
    });

    it('stays where it is when the process is killed, and the next attempt clears up', async () => {
      await writeFile(join(from, 'a.csv'), large);
      const source = new URL('../../../src/batch/move-file.ts', import.meta.url).href;
      const code = `const { moveFile } = await import(${JSON.stringify(source)}); console.log('ready');
        await moveFile(...process.argv.slice(1));`;
      const mover = spawn(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', code, join(from, 'a.csv'), join(to, 'a.csv')],
        { stdio: 'inherit' },
      );
      const ended = once(mover, 'exit');
      await copying();
      mover.kill('SIGKILL');
      await ended;
      const [unfinished = '', ...more] = await readdir(to);
      assert.match(unfinished, /^\./);
      assert.deepEqual(more, []);
      assert.equal((await stat(join(from, 'a.csv'))).size, large.length);
      await moveFile(join(from, 'a.csv'), join(to, 'a.csv'));
      assert.deepEqual([await readdir(from), await readdir(to)], [[], ['a.csv']]);
      assert.equal((await stat(join(to, 'a.csv'))).size, large.length);
    });

    it('is not opened when it is a pipe: it stays', async function () {
      if (spawnSync('mkfifo', [join(from, 'a.csv')]).status !== 0) this.skip();
      await assert.rejects(moveFile(join(from, 'a.csv'), join(to, 'a.csv')), { code: 'NOT_A_FILE' });
      assert.ok((await lstat(join(from, 'a.csv'))).isFIFO());
      assert.deepEqual(await readdir(to), []);
    });
  });
});
