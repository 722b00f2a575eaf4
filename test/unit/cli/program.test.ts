import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApiServer } from '../../../src/api/server.ts';
import { writeLocation } from '../../../src/api/location.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import type { DemandStatus } from '../../../src/protocol/management.ts';
import { InMemoryControlPlane } from '../api/in-memory-control-plane.ts';
import { CliInFolder } from './cli-in-folder.ts';
import { exampleRecord } from './examples.ts';

describe('mysimbdp', () => {
  const cli = new CliInFolder();
  const { run } = cli;

  async function platform(text = 'platform: shop\n'): Promise<PlatformFolder> {
    await writeFile(join(cli.root, 'mysimbdp.yaml'), text);
    return new PlatformFolder(cli.root);
  }

  describe('wrong use ends with status 2 and says what is wrong', () => {
    for (const [args, message] of [
      [['ingest'], /unknown command 'ingest'/],
      [['tenan'], /Did you mean tenant\?/],
      [['status', '--colour'], /unknown option '--colour'/],
      [['query', 'north'], /missing required argument 'table'/],
      [['query', 'north', 'reviews', '--limit', '0'], /whole number from 1 to 100000/],
      [['logs', '--lines', 'many'], /whole number from 0/],
      [['up', '--runtime', 'cloud'], /Allowed choices are auto, embedded/],
      [['tenant'], /Usage: mysimbdp tenant/],
      [[], /Usage: mysimbdp/],
      [['status', 'now'], /too many arguments/],
    ] as const) {
      it(['mysimbdp', ...args].join(' '), async () => {
        assert.equal(await run(...args), 2);
        assert.match(cli.terminal.err, message);
        assert.equal(cli.terminal.out, '');
      });
    }
  });

  it('shows help and version with status 0', async () => {
    assert.equal(await run('--help'), 0);
    assert.match(cli.terminal.out, /batch .*\n.*Exit status: 0 done/s);
    assert.equal(await run('--version'), 0);
    assert.match(cli.terminal.out, /\d+\.\d+\.\d+\n$/);
    assert.equal(await run('batch', 'run', '--help'), 0);
  });

  it('init --runtime writes where Cassandra and Kafka come from into mysimbdp.yaml', async () => {
    assert.equal(await run('init', 'shop', '--runtime', 'docker'), 0, cli.terminal.err);
    assert.match(await readFile(join(cli.root, 'shop', 'mysimbdp.yaml'), 'utf8'), /^runtime:\n {2}kind: docker$/m);
  });

  describe('the platform folder', () => {
    it('is needed by what works in one: status 2, with a hint', async () => {
      assert.equal(await run('status'), 2);
      assert.match(cli.terminal.err, /^error NOT_A_PLATFORM_FOLDER: .*\n {2}.*mysimbdp init/);
    });

    it('is found upwards from the working folder', async () => {
      await platform();
      const below = join(cli.root, 'tenants', 'north');
      await mkdir(below, { recursive: true });
      const status = await cli.runIn(below, 'tenant', 'list', '--json');
      assert.equal(status, 0, cli.terminal.err);
    });

    it('is exactly the one that --platform names, before or behind the command', async () => {
      await platform();
      await mkdir(join(cli.root, 'below'));
      assert.equal(await run('--platform', 'below', 'tenant', 'list'), 2);
      assert.equal(await run('tenant', 'list', '--platform', '.'), 0);
    });
  });

  describe('without a platform that is up', () => {
    it('status says so with status 3', async () => {
      await platform();
      assert.equal(await run('status', '--json'), 3);
      assert.deepEqual(JSON.parse(cli.terminal.out), { running: false, folder: cli.root });
    });

    it('batch cancel says so with status 3, and how to start one', async () => {
      await platform();
      assert.equal(await run('batch', 'cancel', 'run-1'), 3);
      assert.match(cli.terminal.err, /^error PLATFORM_NOT_RUNNING: .*\n {2}.*"mysimbdp up"/);
    });

    it('down has nothing to do', async () => {
      await platform();
      assert.equal(await run('down'), 0);
      assert.match(cli.terminal.out, /No platform is running/);
    });

    it('down --purge deletes the runtime state, never tenants, and only when it may', async () => {
      const folder = await platform();
      await mkdir(folder.quarantine('north'), { recursive: true });
      await mkdir(folder.staging('north'), { recursive: true });
      await writeFile(join(folder.staging('north'), 'one.tsv'), 'x');

      assert.equal(await run('down', '--purge'), 2);
      assert.match(cli.terminal.err, /CONFIRMATION_NEEDED/);
      cli.terminal.answer = false;
      assert.equal(await run('down', '--purge'), 0);
      await readFile(join(folder.staging('north'), 'one.tsv'));
      assert.ok(await exists(folder.quarantine('north')));

      cli.terminal.answer = true;
      assert.equal(await run('down', '--purge'), 0, cli.terminal.err);
      assert.ok(!(await exists(folder.state)));
      assert.equal(await readFile(join(folder.staging('north'), 'one.tsv'), 'utf8'), 'x');
    });

    it('tenant remove --data says what goes, and deletes it only when it may', async () => {
      const folder = await platform('platform: shop\ntenants:\n  - name: north\n');
      await mkdir(folder.staging('north'), { recursive: true });
      await writeFile(join(folder.staging('north'), 'one.tsv'), 'x');
      await writeFile(folder.profile('north'), 'tenant: north\ntables: {}\napps: []\n');

      assert.equal(await run('tenant', 'remove', '../north', '--data', '--yes'), 2);
      assert.match(cli.terminal.err, /INVALID_NAME/);
      assert.equal(await run('tenant', 'remove', 'north', '--data'), 2);
      assert.match(cli.terminal.err, /CONFIRMATION_NEEDED.*\n.*--yes/);
      assert.match(cli.terminal.out, /files that wait in staging +tenants\/north\/staging +1 +1 B\n/);
      assert.match(cli.terminal.out, /profile and apps +tenants\/north +1 /);
      cli.terminal.answer = false;
      assert.equal(await run('tenant', 'remove', 'north', '--data'), 0);
      await readFile(folder.profile('north'));

      cli.terminal.answer = true;
      assert.equal(await run('tenant', 'remove', 'north', '--data'), 0, cli.terminal.err);
      assert.ok(!(await exists(folder.tenant('north'))));
      assert.doesNotMatch(await readFile(folder.platformFile, 'utf8'), /north/);
    });

    it('logs, stats and query suggest the tenant that was meant: status 2', async () => {
      await platform();
      await mkdir(join(cli.root, 'tenants', 'north'), { recursive: true });
      for (const args of [
        ['logs', 'nort'],
        ['stats', 'nort'],
        ['query', 'norths', 'reviews'],
      ]) {
        cli.terminal.err = '';
        assert.equal(await run(...args), 2);
        assert.match(cli.terminal.err, /UNKNOWN_TENANT.*\n.*Did you mean "north"\?/);
      }
    });

    it('stats of a platform where nothing happened says so and makes no files', async () => {
      const folder = await platform();
      assert.equal(await run('stats'), 0);
      assert.equal(cli.terminal.out, 'Nothing has been ingested yet.\n');
      assert.ok(!(await exists(folder.state)));
    });

    it('query of a tenant that has stored nothing is told so: status 2', async () => {
      await platform();
      await mkdir(join(cli.root, 'tenants', 'north'), { recursive: true });
      assert.equal(await run('query', 'north', 'reviews'), 2);
      assert.match(cli.terminal.err, /TABLE_NOT_FOUND.*\n.*Nothing has been ingested yet/);
    });
  });

  describe('with a platform that is up', () => {
    let plane: InMemoryControlPlane;
    let stop: () => Promise<void>;

    beforeEach(async () => {
      plane = new InMemoryControlPlane();
      const server = await startApiServer(plane);
      const location = { url: server.url, pid: process.pid, startedAt: 0, token: plane.platformToken };
      await writeLocation(await platform(), location);
      stop = async () => server.dispose();
    });
    afterEach(() => stop());

    it('status shows it', async () => {
      assert.equal(await run('status', '--json'), 0);
      assert.equal((JSON.parse(cli.terminal.out) as { running: boolean }).running, true);
    });

    it('up says where it runs and ends with status 0', async () => {
      assert.equal(await run('up'), 0);
      assert.match(cli.terminal.out, /up already: http:\/\/127\.0\.0\.1:\d+, process \d+/);
    });

    it('tenant enable and disable go through it', async () => {
      assert.equal(await run('tenant', 'disable', 'north'), 0);
      assert.equal(await run('tenant', 'enable', 'north'), 0);
      assert.deepEqual(plane.calls, [
        ['setTenantEnabled', 'north', false],
        ['setTenantEnabled', 'north', true],
      ]);
    });

    it('tenant remove goes through it, with and without --data', async () => {
      assert.equal(await run('tenant', 'remove', 'north'), 0);
      assert.equal(await run('tenant', 'remove', 'north', '--data', '--yes'), 0);
      assert.deepEqual(plane.calls, [
        ['removeTenant', 'north', false],
        ['removeTenant', 'north', true],
      ]);
    });

    it('what it refuses is told with code and hint: status 2', async () => {
      await mkdir(join(cli.root, 'tenants', 'north'), { recursive: true });
      assert.equal(await run('tenant', 'add', 'north'), 2);
      assert.match(cli.terminal.err, /^error TENANT_REGISTERED: north is registered\n {2}Nothing to do\.\n$/);
    });

    it('batch run with nothing to ingest is done with status 0', async () => {
      assert.equal(await run('batch', 'run', 'north', '--app', 'reviews'), 0);
      assert.deepEqual(plane.calls, [['demandBatch', { tenant: 'north', app: 'reviews' }]]);
      assert.match(cli.terminal.out, /no file waits in staging/);
    });

    for (const [outcome, status] of [
      ['ingested', 0],
      ['partial', 0],
      ['duplicate', 0],
      ['deferred', 0],
      ['refused', 1],
      ['failed', 1],
      ['cancelled', 1],
    ] as const) {
      it(`batch run ends with status ${status.toString()} when a file is ${outcome}`, async () => {
        plane.records = [exampleRecord(), exampleRecord({ outcome, file: 'two.tsv' })];
        assert.equal(await run('batch', 'run'), status);
        assert.match(cli.terminal.out, new RegExp(`^${outcome} +north/reviews  two\\.tsv`, 'm'));
        assert.match(cli.terminal.out, /^platform +2 /m);
      });
    }

    it('batch run names what was written to without end: status 1', async () => {
      plane.records = [exampleRecord()];
      plane.stillWritten = [{ tenant: 'north', file: 'grow.csv' }];
      assert.equal(await run('batch', 'run'), 1);
      assert.match(cli.terminal.err, /^Not ingested, because still being written: north\/grow\.csv\n/m);
      cli.terminal.out = '';
      assert.equal(await run('batch', 'run', '--json'), 1);
      assert.deepEqual((JSON.parse(cli.terminal.out) as DemandStatus).stillWritten, plane.stillWritten);
    });

    it('batch cancel ends a run, and says what becomes of its files', async () => {
      assert.equal(await run('batch', 'cancel', 'run-1'), 0, cli.terminal.err);
      assert.deepEqual(plane.calls, [['cancelRun', 'run-1']]);
      assert.match(cli.terminal.out, /^The run run-1 is cancelled\. .*quarantine/);
    });

    it('batch cancel of a run that nobody knows has status 2', async () => {
      assert.equal(await run('batch', 'cancel', 'run-2'), 2);
      assert.match(cli.terminal.err, /^error NO_SUCH_RUN: no run run-2/);
    });

    it('batch run --json gives one object', async () => {
      assert.equal(await run('batch', 'run', '--json'), 0);
      const { finished, records } = JSON.parse(cli.terminal.out) as { finished: boolean; records: unknown[] };
      assert.deepEqual([finished, records], [true, []]);
    });
  });

  describe('profile check', () => {
    it('prints file, line and column of each mistake, with status 2', async () => {
      await platform('platform: shop\nlimitz: {}\n');
      assert.equal(await run('profile', 'check'), 2);
      assert.match(cli.terminal.out, /^mysimbdp\.yaml:2:1: error \w+: /m);
    });

    it('is content with a platform without mistakes', async () => {
      await platform();
      assert.equal(await run('profile', 'check', '--json'), 0);
      assert.deepEqual(JSON.parse(cli.terminal.out), []);
    });
  });

  it('the doctor works outside of a platform folder too', async () => {
    await run('doctor', '--json');
    const findings = JSON.parse(cli.terminal.out) as { check: string; state: string; fix?: string }[];
    assert.equal(findings.find(({ check }) => check === 'platform folder')?.state, 'warn');
    assert.ok(findings.every(({ state, fix }) => (state === 'ok') === (fix === undefined)));
  });
});

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
