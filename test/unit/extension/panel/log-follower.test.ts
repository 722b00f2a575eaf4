import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LogFollower } from '../../../../src/extension/panel/log-follower.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';

describe('the follower of logs', () => {
  let folder: PlatformFolder;
  let follower: LogFollower;
  let lines: string[];
  const tenants = Array.from({ length: 24 }, (_, n) => `t${n}`);
  const [first = '', last = ''] = [tenants[0], tenants.at(-1)];

  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-log-follower-')));
    lines = [];
    const complain = (line: string) => assert.fail(line);
    follower = new LogFollower(folder, (text, tenant) => lines.push(`${tenant ?? ''}: ${text}`), complain);
    for (const tenant of tenants) await write(tenant, 'old');
  });
  afterEach(async () => {
    follower.dispose();
    await rm(folder.root, { recursive: true, force: true });
  });

  async function write(tenant: string, text: string): Promise<void> {
    const path = folder.batchAppLog(tenant);
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, `${text}\n`);
  }
  const come = (count: number) => until(10_000, `${count} lines`, () => lines.length >= count);
  const of = (text: string) => lines.filter((line) => line.endsWith(text)).map((line) => line.split(':')[0] ?? '');

  it('keeps to as many as it has room for, and to the same ones while they are wanted', async () => {
    for (let look = 0; look < 5; look++) follower.follow(tenants, null);
    await come(16);
    // In whatever order they are named.
    follower.follow([...tenants].reverse(), null);
    for (const tenant of tenants) await write(tenant, 'new');
    await come(32);
    const followed = tenants.slice(0, 16).sort();
    assert.deepEqual([of('old').sort(), of('new').sort()], [followed, followed]);
  });

  it('has room for the one that was chosen, whoever else is wanted', async () => {
    follower.follow(tenants, null);
    follower.follow(tenants, last);
    await come(16);
    await until(10_000, 'the chosen one', () => of('old').includes(last));
  });

  it('keeps one that is not wanted any more until its room is needed', async () => {
    follower.follow([first], null);
    await come(1);
    follower.follow(tenants.slice(1, 16), null);
    await come(16);
    await write(first, 'still there');
    await come(17);
    follower.follow(tenants.slice(1), null);
    await until(10_000, 'one that needs the room', () => of('old').includes('t16'));
    await write(first, 'gone');
    await write('t16', 'last');
    await until(10_000, 'what was written last', () => of('last').length > 0);
    assert.deepEqual(of('gone'), []);
  });
});
