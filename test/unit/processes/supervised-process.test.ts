import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, within } from '../../../src/foundation/deadlines.ts';
import { PlatformError } from '../../../src/foundation/errors.ts';
import { nodeCommand } from '../../../src/processes/node-command.ts';
import { listProcesses } from '../../../src/processes/process-list.ts';
import { ProcessWatcher } from '../../../src/processes/process-watcher.ts';
import { scrubbedEnvironment } from '../../../src/processes/scrubbed-environment.ts';
import { SupervisedProcess, type SupervisedOptions } from '../../../src/processes/supervised-process.ts';

const deadline = 20_000;
const mebibyte = 1024 * 1024;
/** Keeps a process alive and holds more and more memory outside of the V8 heap. */
const hog = 'const held = []; setInterval(() => held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5)';
const idle = 'setInterval(() => {}, 1000)';

describe('a supervised process', () => {
  let folder: string;
  let watcher: ProcessWatcher;
  let runs = 0;
  const started: SupervisedProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supervised-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    watcher = new ProcessWatcher();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((item) => item.dispose()));
    watcher.dispose();
  });

  async function start(options: Partial<SupervisedOptions>): Promise<SupervisedProcess> {
    const item = await SupervisedProcess.start(
      {
        name: 'test process',
        command: process.execPath,
        args: [],
        cwd: folder,
        env: scrubbedEnvironment(),
        marker: `test-${process.pid}-${runs++}`,
        ipc: false,
        limits: { memoryBytes: 1024 * mebibyte, wallSeconds: 60 },
        lowPriority: true,
        pollMs: 50,
        ...options,
      },
      watcher,
    );
    started.push(item);
    return item;
  }

  const script = (source: string, options: Partial<SupervisedOptions> = {}): Promise<SupervisedProcess> =>
    start({ args: ['-e', source], ...options });

  /** Starts a script that names pids over IPC; resolves with the process and those pids once there are `count`. */
  async function family(
    source: string,
    count: number,
    options: Partial<SupervisedOptions> = {},
  ): Promise<{ root: SupervisedProcess; pids: number[] }> {
    const root = await script(source, { ipc: true, ...options });
    const pids: number[] = [];
    root.onMessage((pid) => pids.push(pid as number));
    await until(deadline, 'the children', () => pids.length === count);
    return { root, pids };
  }

  async function alive(pids: readonly number[]): Promise<number[]> {
    return (await listProcesses()).map(({ pid }) => pid).filter((pid) => pids.includes(pid));
  }

  describe('that ends by itself', () => {
    it('reports its exit status and its last output', async () => {
      const item = await script('console.log("read 3 rows"); console.error("no such column"); process.exitCode = 7');
      const { reason, exitCode, signal, stdoutTail, stderrTail, survivors } = await item.ended;
      assert.deepEqual(
        { reason, exitCode, signal, stdoutTail, stderrTail, survivors },
        {
          reason: 'exited',
          exitCode: 7,
          signal: null,
          stdoutTail: 'read 3 rows\n',
          stderrTail: 'no such column\n',
          survivors: [],
        },
      );
    });

    it('reports the signal that somebody else ended it with', async function () {
      if (process.platform === 'win32') this.skip();
      const item = await script('process.kill(process.pid, "SIGSEGV")');
      const { reason, exitCode, signal } = await item.ended;
      assert.deepEqual({ reason, exitCode, signal }, { reason: 'exited', exitCode: null, signal: 'SIGSEGV' });
    });

    it('takes the children with it that it left behind', async () => {
      const { root, pids } = await family(
        `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle)}], { stdio: 'inherit' });
         process.send(child.pid, () => process.exit(0))`,
        1,
      );
      assert.equal((await root.ended).reason, 'exited');
      assert.deepEqual(await alive(pids), []);
    });

    it('adds up the CPU time and the peak memory of its tree', async () => {
      const burn = 'const held = Buffer.alloc(150 * 1024 * 1024, 1); const end = performance.now() + 700;';
      const spin = 'while (performance.now() < end) held[0]++';
      const { cpuSeconds, peakResidentBytes } = await (await script(`${burn} ${spin}`)).ended;
      assert.ok(cpuSeconds > 0.1 && cpuSeconds < 10, `${cpuSeconds} s`);
      assert.ok(peakResidentBytes > 150 * mebibyte, `${peakResidentBytes} bytes`);
    });
  });

  describe('over its limits', () => {
    it('is ended for memory that is not on the V8 heap', async () => {
      const item = await script(hog, { limits: { memoryBytes: 200 * mebibyte, wallSeconds: 60 } });
      const { reason, peakResidentBytes } = await within(deadline, 'the end', item.ended);
      assert.equal(reason, 'memory');
      assert.ok(peakResidentBytes > 200 * mebibyte);
    });

    it('is ended for the memory of a grandchild', async () => {
      const spawnNode = (source: string): string =>
        `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(source)}]); ${idle}`;
      const item = await script(spawnNode(spawnNode(hog)), {
        limits: { memoryBytes: 400 * mebibyte, wallSeconds: 60 },
      });
      assert.equal((await within(deadline, 'the end', item.ended)).reason, 'memory');
    });

    it('is ended after its wall time, also when it ignores SIGTERM', async () => {
      const item = await script(`process.on('SIGTERM', () => {}); ${idle}`, {
        limits: { memoryBytes: 1024 * mebibyte, wallSeconds: 0.5 },
      });
      const { reason, exitCode } = await within(deadline, 'the end', item.ended);
      assert.equal(reason, 'timeout');
      assert.notEqual(exitCode, 0);
    });

    it('is not ended early by a wall time that is longer than a timer can be', async () => {
      const item = await script('setTimeout(() => process.exit(5), 300)', {
        limits: { memoryBytes: 1024 * mebibyte, wallSeconds: 10 ** 9 },
      });
      assert.deepEqual((await item.ended).exitCode, 5);
    });
  });

  describe('that is killed', () => {
    it('goes with its children and grandchildren', async () => {
      const grandparent = `
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', \`
          const { spawn } = require('node:child_process');
          process.send(spawn(process.execPath, ['-e', '${idle}']).pid); ${idle}\`], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
        child.on('message', (pid) => { process.send(child.pid); process.send(pid); }); ${idle}`;
      const { root, pids } = await family(grandparent, 2);
      assert.equal((await alive(pids)).length, 2);
      await root.kill();
      assert.equal((await root.ended).reason, 'killed');
      assert.deepEqual(await alive([...pids, root.pid]), []);
    });

    it('goes with a daemon that forked twice into a session of its own', async function () {
      if (process.platform === 'win32') this.skip();
      // root → middle (a session of its own) → daemon (another session); the middle ends, so nothing leads to the daemon.
      const middle = `const daemon = require('node:child_process').spawn(process.execPath, ['-e', '${idle}'], { detached: true, stdio: 'ignore' });
        process.send(daemon.pid, () => process.exit(0))`;
      const source = `const middle = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(middle)}],
          { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
        let daemon; middle.on('message', (pid) => { daemon = pid; }); middle.on('exit', () => process.send(daemon)); ${idle}`;
      // Linux finds it by its marker, without ever having seen it with its parents.
      const { root, pids } = await family(source, 1, { pollMs: process.platform === 'linux' ? 60_000 : 50 });
      const [daemon] = (await listProcesses()).filter(({ pid }) => pids.includes(pid));
      assert.ok(daemon && daemon.parentPid !== root.pid && daemon.sessionId !== root.pid);
      await root.kill();
      assert.deepEqual(await alive(pids), []);
    });

    it('spares the processes of other runs', async () => {
      const [one, other] = await Promise.all([script(idle), script(idle)]);
      await one.kill();
      assert.deepEqual(await alive([one.pid, other.pid]), [other.pid]);
    });

    it('can be killed again, by several at once, and after its end', async () => {
      const item = await script(idle);
      await Promise.all([item.kill(), item.kill(), item.dispose()]);
      await item.kill();
      assert.equal((await item.ended).reason, 'killed');
    });

    it('keeps the reason it first ended for', async () => {
      const item = await script('process.exit(0)');
      await item.ended;
      await item.kill();
      assert.equal((await item.ended).reason, 'exited');
    });
  });

  it('cannot fill the memory of its owner with output', async function () {
    if (process.platform === 'win32') this.skip();
    const flood = `i=0; while [ $i -lt 100 ]; do head -c 1000000 /dev/zero | tr '\\0' x >&2 2>/dev/null || exit 3; i=$((i+1)); done`;
    const before = process.memoryUsage().rss;
    const item = await start({ command: 'sh', args: ['-c', flood] });
    const { stderrTail, exitCode } = await within(deadline, 'the end', item.ended);
    assert.equal(exitCode, 3);
    assert.match(stderrTail, /^x{8192}\n\[after 1 MiB the output was no longer read\]\n$/);
    const grownBy = process.memoryUsage().rss - before;
    assert.ok(grownBy < 64 * mebibyte, `grew by ${grownBy} bytes`);
  });

  it('keeps the last 8 KiB of its output, from a whole character on', async () => {
    const item = await script('process.stderr.write("ä".repeat(10000) + "the cause")');
    const { stderrTail } = await item.ended;
    assert.match(stderrTail, /^ä+the cause$/);
    assert.ok(Buffer.byteLength(stderrTail) > 8 * 1024 - 4 && Buffer.byteLength(stderrTail) <= 8 * 1024);
  });

  it('exchanges messages with a Node program', async () => {
    const item = await script(`process.on('message', (text) => process.send(text + '!', () => process.exit()))`, {
      ipc: true,
    });
    const heard: unknown[] = [];
    item.onMessage((message) => heard.push(message));
    await item.send(['hello']);
    await item.ended;
    assert.deepEqual(heard, ['hello!']);
    await assert.rejects(item.send(['again']), { code: 'PROCESS_NOT_LISTENING' });
  });

  it('stands back behind other programs', async () => {
    const item = await script(idle);
    assert.ok(getPriority(item.pid) > getPriority(process.pid));
  });

  it('sees its marker and nothing of the environment that its owner has', async () => {
    process.env.TEST_CLOUD_SECRET = 'hidden';
    try {
      const item = await script('console.log(JSON.stringify(process.env))', { marker: 'run-17' });
      const seen = JSON.parse((await item.ended).stdoutTail) as Record<string, string>;
      assert.equal(seen.MYSIMBDP_RUN, 'run-17');
      assert.equal(seen.PATH ?? seen.Path, process.env.PATH);
      const allowed = new Set(['MYSIMBDP_RUN', ...Object.keys(scrubbedEnvironment())]);
      // macOS and Windows add variables of their own to each process.
      if (process.platform === 'linux')
        assert.deepEqual(
          Object.keys(seen).filter((name) => !allowed.has(name)),
          [],
        );
      assert.equal(seen.TEST_CLOUD_SECRET, undefined);
    } finally {
      delete process.env.TEST_CLOUD_SECRET;
    }
  });

  it('is started with the Node of its owner, which in an editor is Electron', async () => {
    const { command, args, env } = nodeCommand('-e', ['console.log(process.versions.node)']);
    assert.equal(env.ELECTRON_RUN_AS_NODE, '1');
    const item = await start({ command, args, env: { ...scrubbedEnvironment(), ...env } });
    assert.equal((await item.ended).stdoutTail.trim(), process.versions.node);
  });

  describe('that cannot be started', () => {
    const code = 'PROCESS_START_FAILED';

    it('says which command was not found', async () => {
      await assert.rejects(start({ command: 'no-such-program' }), (error) => {
        assert.ok(error instanceof PlatformError);
        assert.equal(error.code, code);
        assert.match(error.message, /test process .*"no-such-program" was not found/);
        assert.match(error.hint ?? '', /PATH/);
        return true;
      });
    });

    it('tells a missing folder from a missing command', async () => {
      await assert.rejects(start({ cwd: join(folder, 'gone') }), { code, message: /folder .*gone does not exist/ });
    });

    it('says why the system refused', async function () {
      if (process.platform === 'win32') this.skip();
      await assert.rejects(start({ command: folder }), { code, message: /EACCES/ });
      await assert.rejects(script('x'.repeat(3 * mebibyte)), { code, message: /E2BIG/ });
    });
  });
});
