import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runOnSample } from '../../src/batch/sample/run-on-sample.ts';
import { sampleFiles } from '../../src/batch/sample/sample-files.ts';
import { createDemo } from '../../src/cli/demo/demo-folder.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { listProcesses } from '../../src/processes/process-list.ts';
import type { SampledRecord, SampleResult } from '../../src/protocol/samples.ts';
import { appOf, loadTenant } from '../../src/tenants/load-tenant.ts';
import { itemsProfile, itemsTables, PlatformFixture } from './platform-fixture.ts';

const items = 'id,name,price,note\n1,a,1.50, x \n2,b,2,drop\n3,c,3,throw\nfour,d,4,\n5,e\n6,f,6,y\n';

const wrangling = (body: string) => `
import { defineBatchApp } from 'mysimbdp/sdk';
export default defineBatchApp({ ${body} });
`;

/** Modules that fail, and what is told of them. */
const failing: Record<string, { app: string; code: string; message: RegExp; answered: number }> = {
  'never comes back': {
    app: wrangling('wrangle(row) { if (row.id === "3") for (;;); return { id: row.id }; }'),
    code: 'APP_HUNG',
    message: /did not answer/,
    answered: 2,
  },
  'cannot be read': {
    app: 'export default {\n  wrangle(row { return row; },\n};\n',
    code: 'APP_LOAD_FAILED',
    message: /\(2:\d+\)/,
    answered: 0,
  },
  'throws while it is loaded': {
    app: "const wanted: string | undefined = undefined;\nif (!wanted) throw new Error('no setting');\n",
    code: 'APP_LOAD_FAILED',
    message: /no setting \(.*app\.ts, line 2\)/,
    answered: 0,
  },
  'ends its thread': {
    app: wrangling('wrangle(row) { if (row.id === "2") process.exit(3); return { id: row.id }; }'),
    code: 'APP_EXITED',
    message: /code 3/,
    answered: 1,
  },
  'takes all memory': {
    app: wrangling('wrangle(row) { const all = []; for (;;) all.push(new Array(10000).fill(row)); }'),
    code: 'APP_OUT_OF_MEMORY',
    message: /256 MiB/,
    answered: 0,
  },
};

describe('running an app on a sample', () => {
  let platform: PlatformFixture;
  const at = (path: string) => join(platform.folder.root, path);
  const sample = async (tenant: string, file: string, records?: number, signal = new AbortController().signal) => {
    const profile = await loadTenant(platform.folder, tenant);
    return runOnSample(platform.folder, profile, appOf(profile, undefined), { file: at(file), records, signal });
  };

  before(async () => {
    const app = wrangling('wrangle(row, context) { return { id: row.id, name: context.rowId }; }');
    platform = await PlatformFixture.create([{ name: 'ids', files: { 'apps/items/app.ts': app } }, { name: 'plain' }]);
    await platform.write('items.csv', items);
  });
  after(() => platform.dispose());

  it('gives what became of each record, in the order of the file, without storing anything', async () => {
    await platform.stage('plain', 'items.csv', items);
    const before = await readdir(platform.folder.root, { recursive: true });

    const result = await sample('plain', 'tenants/plain/staging/items.csv');

    assert.deepEqual(result.counts, { read: 6, stored: 2, filtered: 1, rejected: 3, rows: 2 });
    assert.deepEqual(result.columns, ['id', 'name', 'price', 'note']);
    assert.equal(result.fault, null);
    assert.ok(result.whole);
    assert.deepEqual(
      result.records.map(({ number, line, input }) => [number, line, input?.[0] ?? null]),
      [
        [1, 2, '1'],
        [2, 3, '2'],
        [3, 4, '3'],
        [4, 5, 'four'],
        [5, 6, null],
        [6, 7, '6'],
      ],
    );
    const [first, dropped, thrown, unfit, broken] = result.records;
    assert.deepEqual(rowsOf(result, first), [
      { id: '1', name: 'a', price: '1.50', day: null, note: 'x', checked: 'true' },
    ]);
    assert.deepEqual(dropped?.outcome, { kind: 'filtered' });
    assert.deepEqual(thrown?.outcome, {
      kind: 'rejected',
      column: null,
      code: 'APP_REJECTED',
      reason: 'the app does not want it',
    });
    assert.ok(unfit?.outcome.kind === 'rejected');
    assert.equal(unfit.outcome.column, 'id');
    assert.ok(broken?.outcome.kind === 'rejected');
    assert.equal(broken.outcome.code, 'WRONG_COLUMN_COUNT');
    assert.equal(broken.raw, '5,e');
    assert.deepEqual(await readdir(platform.folder.root, { recursive: true }), before, 'something was written');
    assert.equal(existsSync(platform.folder.state), false);
    assert.deepEqual(await ownTemporaryFolders(), []);
  });

  it('takes as many records as it is told, and says that there are more', async () => {
    const result = await sample('plain', 'items.csv', 2);
    assert.deepEqual([result.counts.read, result.whole], [2, false]);
    assert.equal((await sample('plain', 'items.csv', 6)).whole, true);
  });

  it('says of each record what the app logged for it', async () => {
    const app = wrangling(`wrangle(row) {
      console.log('sees', row.id);
      console.log('a second line');
      console.error('of', row.id);
      return { id: row.id };
    }`);
    await platform.addTenant({ name: 'talks', files: { 'apps/items/app.ts': `console.log('begins');\n${app}` } });
    const result = await sample('talks', 'items.csv');
    assert.deepEqual(result.log, [{ stream: 'stdout', text: 'begins' }]);
    for (const { input, log } of result.records.filter((record) => record.input !== null)) {
      const id = input?.[0] ?? '';
      assert.deepEqual(log.map(({ stream, text }) => `${stream} ${text}`).sort(), [
        `stderr of ${id}`,
        'stdout a second line',
        `stdout sees ${id}`,
      ]);
    }
  });

  it('shows several rows of a record, and values that are no data as rejects', async () => {
    const app = wrangling(`wrangle(row) {
      if (row.id === '1') return [{ id: 10 }, { id: 11 }];
      if (row.id === '2') return { id: 2, note: () => 'a function' };
      if (row.id === '3') return 'rubbish';
      return { id: 1, nmae: 'x' };
    }`);
    await platform.addTenant({ name: 'odd', files: { 'apps/items/app.ts': app } });
    const { records } = await sample('odd', 'items.csv', 4);
    const [several, ...rejected] = records.map(({ outcome }) => outcome);
    assert.ok(several?.kind === 'stored');
    assert.deepEqual(
      several.rows.map(([id]) => id),
      ['10', '11'],
    );
    assert.deepEqual(
      rejected.map((outcome) => outcome.kind === 'rejected' && outcome.code),
      ['VALUE_NOT_DATA', 'NOT_A_ROW', 'UNKNOWN_COLUMN'],
    );
  });

  it('warns of an app that changes nothing', async () => {
    const app = wrangling('wrangle(row) { return row; }');
    await platform.addTenant({ name: 'idle', files: { 'apps/items/app.ts': app } });
    const { warnings } = await sample('idle', 'items.csv');
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['APP_CHANGES_NOTHING'],
    );
  });

  for (const [what, { app, code, message, answered }] of Object.entries(failing)) {
    it(`tells of an app that ${what}, with the records before`, async () => {
      const tenant = `fails_${Object.keys(failing).indexOf(what)}`;
      const profile = itemsProfile({ app: 'chunkTimeoutSeconds: 3\nresources: { memoryMb: 256 }' });
      await platform.addTenant({ name: tenant, profile, files: { 'apps/items/app.ts': app } });
      const { fault, records, whole } = await sample(tenant, 'items.csv');
      assert.equal(fault?.code, code, JSON.stringify(fault));
      assert.match(fault.message, message);
      assert.equal(whole, false);
      assert.equal(records.length, answered + 1);
      assert.deepEqual(records.at(-1)?.outcome, { kind: 'unanswered' });
      assert.equal(records.filter(({ outcome }) => outcome.kind === 'stored').length, answered);
    });
  }

  it('runs a command app, with its log and its end', async () => {
    const script = `
      import { createInterface } from 'node:readline';
      console.error('ready');
      for await (const line of createInterface({ input: process.stdin })) {
        const { id, row } = JSON.parse(line);
        console.error('got ' + row.id);
        if (row.id === '3') console.log(JSON.stringify({ id, reject: 'not wanted' }));
        else console.log(JSON.stringify({ id, rows: row.id === '2' ? [] : [{ id: row.id, name: row.name }] }));
      }
      process.exit(4);`;
    const profile = `
batch: { files: { settleSeconds: 0 } }
${itemsTables}
apps:
  - name: items
    kind: batch
    command: [${JSON.stringify(process.execPath)}, app.mjs]
    files: "*.csv"
    format: { type: csv }
    table: items
`;
    await platform.addTenant({ name: 'command', profile, files: { 'apps/items/app.mjs': script } });
    const { counts, records, fault } = await sample('command', 'items.csv');
    assert.deepEqual(counts, { read: 6, stored: 2, filtered: 1, rejected: 3, rows: 2 });
    assert.ok(records[0]?.log.some(({ text }) => text === 'got 1'));
    assert.equal(fault?.code, 'APP_EXIT_STATUS');
  });

  it('reads compressed files and JSON objects', async () => {
    const profile = itemsProfile({ format: '{ type: ndjson }', files: '*.ndjson*' });
    await platform.addTenant({ name: 'objects', profile });
    const lines = ['{"id":1,"tags":["a"]}', 'no json', '{"id":12345678901234567890,"name":"b"}'];
    await platform.write('objects.ndjson.gz', gzipSync(`${lines.join('\n')}\n`));
    const { columns, records } = await sample('objects', 'objects.ndjson.gz');
    assert.deepEqual(columns, ['id', 'tags', 'name']);
    assert.deepEqual(
      records.map(({ input }) => input),
      [['1', '["a"]', null], null, ['12345678901234567890', null, 'b']],
    );
  });

  it('tells of a file that is not there, and of one whose header is another', async () => {
    assert.equal((await sample('plain', 'nothing.csv')).fault?.code, 'FILE_UNREADABLE');
    await platform.write('foreign.csv', 'x,y\n1,2\n');
    assert.equal((await sample('plain', 'foreign.csv')).fault?.code, 'HEADER_MISMATCH');
  });

  it('keeps a sample of very long records within bounds', async () => {
    const long = 'x'.repeat(100_000);
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${long},1,${long}\n`).join('');
    await platform.write('long.csv', `id,name,price,note\n${rows}`);
    const result = await sample('plain', 'long.csv');
    assert.equal(result.counts.stored, 30);
    assert.ok(JSON.stringify(result).length < 500_000);
  });

  it('ends with its process when it is cancelled', async () => {
    const before = new Set((await listProcesses()).map(({ pid }) => pid));
    const cancel = new AbortController();
    const app = wrangling('wrangle() { for (;;); }');
    await platform.addTenant({ name: 'endless', files: { 'apps/items/app.ts': app } });
    const running = sample('endless', 'items.csv', 1, cancel.signal);
    cancel.abort(new Error('changed my mind'));
    await assert.rejects(running, /changed my mind/);
    const children = (await listProcesses()).filter(({ parentPid }) => parentPid === process.pid);
    assert.deepEqual(
      children.map(({ pid }) => pid).filter((pid) => !before.has(pid)),
      [],
    );
  });

  it('gives row ids as a run does', async () => {
    const result = await sample('ids', 'items.csv', 1);
    await platform.ingest('ids', 'items.csv', items);
    const stored = (await platform.rows('ids')).find(({ id }) => id === 1);
    assert.equal(rowsOf(result, result.records[0])[0]?.name, stored?.name);
    // A run of the same file takes it all the same: the sample has claimed nothing.
    assert.equal((await sample('ids', 'items.csv')).counts.stored, 4);
  });

  it('offers what waits before what failed, and that before what was ingested', async () => {
    const failed = await platform.ingest('ids', 'bad.csv', 'first;second\n1;2\n');
    assert.equal(failed.outcome, 'failed');
    await platform.down();
    await platform.stage('ids', 'new.csv', items);
    const profile = await loadTenant(platform.folder, 'ids');
    const files = await sampleFiles(platform.folder, 'ids', appOf(profile, undefined));
    assert.deepEqual(
      files.map(({ name, place }) => [place, name]),
      [
        ['staging', 'new.csv'],
        ['quarantine', 'bad.csv'],
        ['archive', 'items.csv'],
      ],
    );
  });

  it("runs the templates' apps on the demo's files, as a run would", async () => {
    const root = await mkdtemp(join(tmpdir(), 'mysimbdp-demo-'));
    try {
      const folder = new PlatformFolder(root);
      const { tenants } = await createDemo(root);
      const before = await readdir(root, { recursive: true });
      for (const { tenant, files } of tenants) {
        const { name } = files[0] ?? { name: '' };
        const profile = await loadTenant(folder, tenant);
        const wish = { file: join(folder.staging(tenant), name), signal: new AbortController().signal };
        const { counts, fault, warnings } = await runOnSample(folder, profile, appOf(profile, undefined), wish);
        assert.deepEqual([fault, warnings], [null, []], tenant);
        assert.equal(counts.read, 50, tenant);
        assert.ok(counts.stored > 30, `${tenant}: ${JSON.stringify(counts)}`);
      }
      assert.deepEqual(await readdir(root, { recursive: true }), before, 'something was written');
    } finally {
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    }
  });
});

function rowsOf({ table }: SampleResult, record: SampledRecord | undefined): Record<string, string | null>[] {
  assert.ok(record?.outcome.kind === 'stored', JSON.stringify(record?.outcome));
  return record.outcome.rows.map((row) =>
    Object.fromEntries(table.columns.map(({ name }, i) => [name, row[i] ?? null])),
  );
}

async function ownTemporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('mysimbdp-sample-'));
}
