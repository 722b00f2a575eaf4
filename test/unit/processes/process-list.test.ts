import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { parsePowerShell, parsePs } from '../../../src/processes/process-list-commands.ts';
import { listProcesses } from '../../../src/processes/process-list.ts';
import { parseStat, readEnvironmentVariable } from '../../../src/processes/proc-filesystem.ts';

describe('the list of processes', () => {
  it('shows this process as the operating system sees it', async () => {
    const { rss } = process.memoryUsage();
    const me = (await listProcesses()).find(({ pid }) => pid === process.pid);
    assert.ok(me);
    assert.equal(me.parentPid, process.ppid);
    assert.ok(me.residentBytes > rss / 2 && me.residentBytes < rss * 2, `${me.residentBytes} of ${rss}`);
    const { user, system } = process.cpuUsage();
    assert.ok(Math.abs(me.cpuSeconds - (user + system) / 1e6) < 2, `${me.cpuSeconds} s`);
  });

  it('shows a child as younger than its parent, and no longer after its end', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const during = await listProcesses();
    const [me, seen] = [process.pid, child.pid].map((pid) => during.find((item) => item.pid === pid));
    assert.equal(seen?.parentPid, process.pid);
    assert.ok(me && seen.startedAt >= me.startedAt);
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
    assert.equal(
      (await listProcesses()).find(({ pid }) => pid === child.pid),
      undefined,
    );
  });

  describe('on Linux', () => {
    const units = { pageBytes: 16_384, ticksPerSecond: 100 };
    const stat = (name: string, state: string, threads: number): string =>
      `42 (${name}) ${state} 7 40 39 0 -1 4194560 1 2 3 4 150 50 600 700 20 0 ${threads} 0 123456 1000000 10 18446744073709551615 0`;

    it('reads a stat line whose command name holds spaces and parentheses', () => {
      assert.deepEqual(parseStat(stat('a) R (b 1', 'S', 1), units), {
        pid: 42,
        parentPid: 7,
        groupId: 40,
        sessionId: 39,
        cpuSeconds: 2,
        startedAt: 123_456,
        residentBytes: 163_840,
      });
    });

    it('leaves out zombies, but not a process whose first thread has ended', () => {
      assert.equal(parseStat(stat('node', 'Z', 1), units), undefined);
      assert.equal(parseStat(stat('node', 'Z', 4), units)?.pid, 42);
    });

    it('reads a variable of another process’s environment', async function () {
      if (process.platform !== 'linux') this.skip();
      const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, MYSIMBDP_RUN: 'run=1' } });
      try {
        assert.equal(await readEnvironmentVariable(child.pid!, 'MYSIMBDP_RUN'), 'run=1');
        assert.equal(await readEnvironmentVariable(child.pid!, 'SIMBDP_RUN'), null);
        assert.equal(await readEnvironmentVariable(2 ** 30, 'MYSIMBDP_RUN'), undefined);
      } finally {
        child.kill('SIGKILL');
      }
    });
  });

  it('is read from ps of macOS', () => {
    const text = [
      '    1     0     1 Ss    12345   1:02.50 Mon Mar  4 09:05:06 2024    ',
      '  812     1   800 R+     2048 01:00:03 Mon Mar  4 10:00:00 2024',
      '  813     1   800 S         8 2-00:00:01 Mon Mar  4 10:00:00 2024',
      '  900   812   800 Z         0   0:00.00 Mon Mar  4 10:00:01 2024',
      '',
    ].join('\n');
    assert.deepEqual(
      parsePs(text).map(({ pid, parentPid, groupId, residentBytes, cpuSeconds }) => [
        pid,
        parentPid,
        groupId,
        residentBytes,
        cpuSeconds,
      ]),
      [
        [1, 0, 1, 12_345 * 1024, 62.5],
        [812, 1, 800, 2048 * 1024, 3603],
        [813, 1, 800, 8192, 172_801],
      ],
    );
    const [first, second] = parsePs(text);
    assert.equal((second?.startedAt ?? 0) - (first?.startedAt ?? 0), (54 * 60 + 54) * 1000);
  });

  it('is read from PowerShell, without parents that are younger than their children', () => {
    const text =
      '4 0 147456 20000000 1700000000000\r\n880 4 1048576 5000000 1700000009000\r\n700 880 8192 0 1700000001000\r\n';
    assert.deepEqual(
      parsePowerShell(text).map(({ pid, parentPid, residentBytes, cpuSeconds }) => [
        pid,
        parentPid,
        residentBytes,
        cpuSeconds,
      ]),
      [
        [4, 0, 147_456, 2],
        [880, 4, 1_048_576, 0.5],
        [700, 0, 8192, 0],
      ],
    );
  });
});
