import assert from 'node:assert/strict';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { within } from '../../src/foundation/deadlines.ts';
import { programPath } from '../../src/foundation/programs.ts';
import { assertAccounted, itemsProfile, PlatformFixture } from './platform-fixture.ts';

const linesOf = (count: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${i},n${i}\n`).join('')}`;

describe('output of the command line that nobody gets', function () {
  this.timeout(90_000);
  let fixture: PlatformFixture;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    const batch = '{ files: { settleSeconds: 0, maxFiles: 1 }, quota: { rowsPerSecond: 500 } }';
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    await fixture.stage('acme', 'a.csv', linesOf(10), 90);
    await fixture.stage('acme', 'b.csv', linesOf(500), 80);
    await fixture.stage('acme', 'c.csv', linesOf(5000), 70);
  });
  afterEach(async () => {
    if (child?.exitCode === null) child.kill('SIGKILL');
    child = undefined;
    await fixture.dispose();
  });

  function start(stdio: StdioOptions, ...args: string[]): ChildProcess {
    const program = [programPath('cli'), '--platform', fixture.folder.root, ...args];
    return (child = spawn(process.execPath, program, { stdio, env: { ...process.env, NO_COLOR: '1' } }));
  }

  async function endOf(process: ChildProcess): Promise<{ status: number | null; err: string }> {
    const status = new Promise<number | null>((resolve) => process.once('close', resolve));
    const err = process.stderr ? text(process.stderr) : Promise.resolve('');
    return within(
      60_000,
      'the end of the program',
      Promise.all([status, err]).then(([s, e]) => ({ status: s, err: e })),
    );
  }

  /** What a batch run leaves that has ended in order: nobody owns the folder, and what it read is not read again. */
  async function assertEndedInOrder(): Promise<void> {
    assert.ok(!existsSync(fixture.folder.controlPlaneFile));
    await fixture.run();
    const records = await fixture.log('acme');
    assert.deepEqual(records.map(({ file, outcome }) => [file, outcome]).sort(), [
      ['a.csv', 'ingested'],
      ['b.csv', 'ingested'],
      ['c.csv', 'ingested'],
    ]);
    records.forEach(assertAccounted);
    assert.equal((await fixture.rows('acme')).length, 5000);
  }

  it('ends a batch run in order when its reader closes the pipe, as other tools with status 141', async () => {
    const run = start(['ignore', 'pipe', 'pipe'], 'batch', 'run');
    const ended = endOf(run);
    run.stdout!.once('data', () => run.stdout!.destroy());
    const { status, err } = await ended;
    assert.equal(status, 141, err);
    assert.match(err, /goes on from its checkpoint/);
    assert.doesNotMatch(err, /error/);
    await assertEndedInOrder();
  });

  it('ends a command that has written all it had with status 141 too', async () => {
    const run = start(['ignore', 'pipe', 'pipe'], '--help');
    run.stdout!.destroy();
    assert.deepEqual(await endOf(run), { status: 141, err: '' });
  });

  describe('on a full disk', () => {
    before(function () {
      if (!existsSync('/dev/full')) this.skip();
    });

    async function intoFullDisk(...args: string[]): Promise<{ status: number | null; err: string }> {
      const full = await open('/dev/full', 'w');
      try {
        return await endOf(start(['ignore', full.fd, 'pipe'], ...args));
      } finally {
        await full.close();
      }
    }

    for (const args of [['--help'], ['stats'], ['tenant', 'list', '--json']]) {
      it(`is told by ${args.join(' ')} in a line, with status 1`, async () => {
        const { status, err } = await intoFullDisk(...args);
        assert.equal(status, 1);
        assert.match(err, /^error OUTPUT_NOT_WRITTEN: .*no space left on device.*\n {2}Make room .*\n$/);
      });
    }

    it('ends a batch run in order', async () => {
      const { status, err } = await intoFullDisk('batch', 'run');
      assert.equal(status, 1);
      assert.match(err, /^error OUTPUT_NOT_WRITTEN: .*no space left on device/);
      await assertEndedInOrder();
    });
  });
});
