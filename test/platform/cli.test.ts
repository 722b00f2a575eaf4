import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createDemo } from '../../src/cli/demo/demo-folder.ts';
import { programPath } from '../../src/foundation/programs.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import type { SampleResult } from '../../src/protocol/samples.ts';

interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs the CLI as a person would, in `cwd`. */
async function mysimbdp(cwd: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1' };
    execFile(
      process.execPath,
      [programPath('cli'), ...args],
      { cwd, env, timeout: 90_000, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? -1) : 0, stdout, stderr });
      },
    );
  });
}

async function succeed(cwd: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await mysimbdp(cwd, ...args);
  assert.equal(status, 0, `mysimbdp ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

const vegaData = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

describe('the command line', function () {
  this.timeout(120_000);
  let root: string;
  let folder: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-cli-'));
    folder = join(root, 'my-platform');
  });
  after(async () => {
    await mysimbdp(folder, 'down');
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  });

  it('makes a platform folder and a tenant from a sample file', async () => {
    await succeed(root, 'init', 'my-platform');
    const sample = join(vegaData, 'zipcodes.csv');
    await succeed(folder, 'tenant', 'add', 'cities', '--template', 'csv-generic', '--sample', sample);
    assert.match(await succeed(folder, 'tenant', 'list'), /cities\s+enabled/);
    await succeed(folder, 'profile', 'check');
  });

  it('ingests what waits with no platform up, and tells programs in JSON', async () => {
    await copyFile(join(vegaData, 'zipcodes.csv'), join(folder, 'tenants', 'cities', 'staging', 'zipcodes.csv'));
    const { records } = JSON.parse(await succeed(folder, 'batch', 'run', 'cities', '--json')) as {
      records: IngestionRecord[];
    };
    assert.deepEqual(
      records.map(({ file, outcome, counters }) => [file, outcome, counters.read, counters.stored]),
      [['zipcodes.csv', 'ingested', 42_049, 42_049]],
    );
    const table = records[0]!.table!;
    assert.match(await succeed(folder, 'query', 'cities', table, '--count'), /42,?049/);
    const rows = JSON.parse(await succeed(folder, 'query', 'cities', table, '--limit', '2', '--json')) as unknown;
    assert.match(JSON.stringify(rows), /"00501"/);
  });

  it('shows what an app makes of a sample, stores nothing, and tells programs in JSON', async () => {
    const file = join(root, 'some.csv');
    await writeFile(
      file,
      'zip_code,latitude,longitude,city,state,county\n00501,40.9,-72.6,Holtsville,NY,Suffolk\n1,x\n',
    );
    const ended = await mysimbdp(folder, 'batch', 'sample', 'cities', '--file', '../some.csv');
    assert.match(ended.stdout, /in +out +rejected/);
    assert.match(ended.stdout, /city=Holtsville.*WRONG_COLUMN_COUNT: expected 6 columns, found 2/s);
    assert.match(ended.stderr, /2 records, 1 stored as 1 row, 0 filtered, 1 rejected; nothing was kept/);
    assert.equal(ended.status, 0, 'the profile of this template tolerates any number of rejected records');
    for (const [name, message] of [
      ['nothing.csv', 'there is no file '],
      ['../some.csv/x.csv', 'there is no file '],
      ['tenants', '[^\n]*tenants is a folder'],
    ] as const) {
      const { status, stderr } = await mysimbdp(folder, 'batch', 'sample', 'cities', '--file', name);
      assert.equal(status, 2);
      assert.match(stderr, new RegExp(`^error SAMPLE_NOT_FOUND: ${message}[^]*--file`));
    }
    const newest = await succeed(folder, 'batch', 'sample', 'cities', '--records', '3', '--json');
    const { file: name, counts } = JSON.parse(newest) as SampleResult;
    assert.deepEqual([name, counts.read, counts.stored], ['zipcodes.csv', 3, 3]);
    assert.equal((await mysimbdp(folder, 'batch', 'sample', 'citys')).status, 2);
  });

  it('is up in the background, takes demands and new tenants, and goes down', async () => {
    await succeed(folder, 'up', '--detach');
    assert.match(await succeed(folder, 'status'), /cities/);
    await succeed(folder, 'tenant', 'add', 'shop', '--template', 'reviews');
    await writeFile(join(folder, 'tenants', 'shop', 'staging', 'notes.txt'), 'no reviews');
    const { status, stdout } = await mysimbdp(folder, 'batch', 'run', 'shop');
    assert.equal(status, 1);
    assert.match(stdout, /WRONG_EXTENSION/);
    const stats = JSON.parse(await succeed(folder, 'stats', 'cities', '--json')) as { total: { files: number } };
    assert.equal(stats.total.files, 1);
    assert.match(await succeed(folder, 'logs', 'cities'), /zipcodes\.csv/);
    await succeed(folder, 'down');
    assert.equal((await mysimbdp(folder, 'status')).status, 3);
  });

  it('names file, line and column of a mistake in a profile, and ends with status 2', async () => {
    const path = join(folder, 'tenants', 'cities', 'tenant.yaml');
    const profile = await readFile(path, 'utf8');
    await writeFile(path, profile.replace('partitionKey', 'partitionKye'));
    const { status, stdout, stderr } = await mysimbdp(folder, 'profile', 'check', 'cities');
    assert.equal(status, 2);
    assert.match(stdout + stderr, /tenants\/cities\/tenant\.yaml:\d+:\d+.*UNKNOWN_KEY[^]*did you mean.*partitionKey/);
    assert.equal((await mysimbdp(folder, 'batch', 'run', 'cities')).status, 2);
    await writeFile(path, profile);
  });

  it('says in the doctor, and with status 2, that the metadata store is damaged', async () => {
    const damaged = join(root, 'damaged');
    await mysimbdp(root, 'init', damaged);
    await mkdir(join(damaged, '.mysimbdp'), { recursive: true });
    await writeFile(
      join(damaged, '.mysimbdp', 'metadata.db'),
      'this is no database, whatever its name says\n'.repeat(99),
    );
    assert.match(
      (await mysimbdp(damaged, 'doctor')).stdout,
      /fail\s+metadata store.*metadata\.db is damaged[^]*backup/,
    );
    assert.equal((await mysimbdp(damaged, 'stats')).status, 2);
  });

  it('tells wrong use from a missing platform', async () => {
    assert.equal((await mysimbdp(folder, 'batch', 'run', 'nobody')).status, 2);
    assert.equal((await mysimbdp(folder, 'frobnicate')).status, 2);
    assert.equal((await mysimbdp(root, 'profile', 'check')).status, 2);
  });

  it('shows in the demo what became of every record', async () => {
    const demo = await createDemo(join(root, 'demo'), { scale: 0.05 });
    const { status, stdout } = await mysimbdp(demo.folder.root, 'batch', 'run', '--json');
    assert.equal(status, 1, 'two files of the demo are refused');
    const { records } = JSON.parse(stdout) as { records: IngestionRecord[] };
    for (const { tenant, files } of demo.tenants) {
      for (const { name, expected } of files) {
        const record = records.find((candidate) => candidate.tenant === tenant && candidate.file === name);
        assert.ok(record, `${tenant}/${name} is in no record`);
        if (!expected) assert.equal(record.outcome, 'refused', name);
        else {
          const { read, stored, filtered, quarantined } = record.counters;
          assert.deepEqual({ read, stored, filtered, quarantined }, expected, name);
        }
      }
    }
  });
});
