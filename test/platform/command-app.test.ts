import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { packageRoot } from '../../src/foundation/programs.ts';
import { listProcesses } from '../../src/processes/process-list.ts';
import type { ExpectedFile } from './expectations.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { commandTenant, short } from './misbehaving-apps.ts';
import { PlatformFixture } from './platform-fixture.ts';

/** It keeps a log and what it has seen where it works: its folder. */
const noting = `
  for await (const { id, row } of questions()) {
    appendFileSync('app.log', row.id);
    writeFileSync('state.json', row.id);
    answer(row.id === '2' ? { id, reject: 'not wanted' } : { id, rows: [{ id: Number(row.id) }] });
  }`;

const items = 'id,name\n1,a\n2,b\n3,c\n4,d\n';

/** What a Node script as a command does, and what becomes of `items`; those that fail are in misbehaving-apps.ts. */
interface Case extends Omit<ExpectedFile, 'place'> {
  tenant: string;
  /** Behind `commandPrelude`. */
  script: string;
  settings?: string;
  stored: readonly number[];
}

const ingested = { outcome: 'ingested', counts: [4, 4, 0, 0], stored: [1, 2, 3, 4] } as const;

const cases: Record<string, Case> = {
  'answers in another order': {
    ...ingested,
    tenant: 'disordered',
    script: `
      const waiting = [];
      for await (const question of questions()) {
        waiting.push(question);
        if (waiting.length === 4) for (const one of waiting.reverse()) keep(one);
      }`,
  },
  'rejects, filters and makes several rows, with numbers of any length': {
    tenant: 'various',
    outcome: 'partial',
    counts: [4, 2, 1, 1],
    stored: [1, 4, 40],
    script: `
      for await (const { id, row } of questions()) {
        if (row.id === '1') writeSync(1, '{"id":' + id + ',"rows":[{"id":1,"price":12345678901234567.89}]}\\n');
        if (row.id === '2') answer({ id, reject: 'not wanted' });
        if (row.id === '3') answer({ id, rows: [] });
        if (row.id === '4') answer({ id, rows: [{ id: 4 }, { id: 40 }] });
      }`,
  },
  'does not end after its last answer': {
    tenant: 'lingering',
    outcome: 'ingested',
    counts: [4, 4, 0, 0],
    stored: [1, 2, 3, 4],
    script: 'forEver(); for await (const question of questions()) keep(question);',
    settings: short,
  },
  'floods its log': {
    ...ingested,
    tenant: 'flooding',
    script: `
      const line = 'x'.repeat(99) + '\\n';
      for await (const question of questions()) {
        if (question.row.id === '2') for (let i = 0; i < 500; i++) writeSync(2, line.repeat(1000));
        keep(question);
      }
      console.error('last words');`,
  },
  'leaves a process behind': {
    ...ingested,
    tenant: 'parent',
    script: `
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600000)'], { detached: true, stdio: 'inherit' });
      child.unref();
      writeFileSync('left.pid', String(child.pid));
      for await (const question of questions()) keep(question);
      process.exit(0);`,
  },
  'ends with a status after its last answer': {
    ...ingested,
    tenant: 'unhappy',
    script: "for await (const question of questions()) keep(question); console.error('no good'); process.exit(4);",
  },
  'looks around': {
    ...ingested,
    tenant: 'looking',
    script: `
      let fds = [];
      try { fds = readdirSync('/proc/self/fd'); } catch {}
      const seen = JSON.stringify({ env: process.env, argv: process.argv, cwd: process.cwd(), fds });
      for await (const { id, row } of questions()) answer({ id, rows: [{ id: row.id, name: seen }] });`,
  },
};

/** Why runs fail though every record was answered: code, and what it says. */
const unhappyEnds: Record<string, [string, RegExp]> = {
  lingering: ['APP_HUNG', /did not end after its last record within 3 s/],
  unhappy: ['APP_EXIT_STATUS', /with status 4; its last words: no good/],
};

describe('a command that', () => {
  let fixture: PlatformFixture;
  before(async () => {
    process.env.MYSIMBDP_TEST_SECRET = 'do not tell';
    fixture = await PlatformFixture.create(
      Object.values(cases).map(({ tenant, script, settings }) => commandTenant(tenant, script, undefined, settings)),
      'limits: { concurrentRuns: 4 }',
    );
    for (const { tenant } of Object.values(cases)) await fixture.stage(tenant, 'items.csv', items);
    await fixture.run();
  });
  after(async () => {
    delete process.env.MYSIMBDP_TEST_SECRET;
    await fixture.dispose();
  });

  for (const [what, { tenant, stored, ...expected }] of Object.entries(cases)) {
    it(`${what}: ${expected.outcome}`, async () => {
      await expectFile(fixture, tenant, 'items.csv', { ...expected, place: 'archive' });
      assert.deepEqual(await storedKeys(fixture, tenant), stored);
      const [run] = await fixture.runs(tenant);
      assert.equal(run?.cause?.code, unhappyEnds[tenant]?.[0]);
      assert.equal(run?.outcome, run?.cause ? 'failed' : 'done');
    });
  }

  it('answers with long numbers gets every digit stored', async () => {
    const row = (await fixture.rows('various')).find(({ id }) => id === 1);
    assert.equal(row?.price, '12345678901234567.89');
  });

  it('ends badly after its last answer fails its run; what was answered stays', async () => {
    for (const [tenant, [code, says]] of Object.entries(unhappyEnds)) {
      const [run] = await fixture.runs(tenant);
      assert.match(run?.cause?.message ?? '', says);
      const [file] = await fixture.log(tenant);
      assert.deepEqual(
        file?.warnings.map((warning) => warning.code),
        [code],
      );
    }
  });

  it('floods its log is heard in part, and its last words', async () => {
    const lines = await fixture.logLines('flooding', (all) => all.some(({ text }) => text === 'last words'));
    const kept = lines.filter(({ type, stream }) => type === 'app' && stream === 'stderr').length;
    const dropped = lines.reduce((sum, line) => sum + Number(line.dropped ?? 0), 0);
    assert.ok(kept >= 50 && kept < 10_000, `${kept} lines were kept`);
    assert.ok(Math.abs(kept + dropped - 500_001) <= 10, `${kept} lines kept, ${dropped} dropped`);
  });

  it('leaves a process behind does so in vain', async () => {
    const pid = Number(await fixture.read('tenants/parent/apps/items/left.pid'));
    assert.ok(pid > 0);
    await until(5000, 'the end of what was left', async () => !(await listProcesses()).some((one) => one.pid === pid));
  });

  it('looks around sees its own folder, and no secret', async () => {
    const [row] = await fixture.rows('looking');
    const text = String(row?.name);
    const seen = JSON.parse(text) as { env: Record<string, string>; argv: string[]; cwd: string; fds: string[] };
    assert.equal(seen.env.MYSIMBDP_TENANT, 'looking');
    assert.equal(seen.env.MYSIMBDP_APP, 'items');
    assert.equal(seen.argv.length, 2);
    assert.match(seen.cwd, /tenants.looking.apps.items$/);
    const { token } = JSON.parse(await fixture.read('.mysimbdp/control-plane.json')) as { token: string };
    assert.ok(!text.includes('do not tell') && !text.includes(token), text);
    const allowed = /^(MYSIMBDP_(TENANT|APP|RUN)|PYTHON(UNBUFFERED|UTF8)|PATH|HOME|LANG|LC_\w+|TZ|TMPDIR)$/;
    if (process.platform !== 'win32') {
      assert.deepEqual(
        Object.keys(seen.env).filter((name) => !allowed.test(name)),
        [],
      );
    }
  });
});

describe('a command that writes where it works', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([commandTenant('noting', noting)]);
  });
  after(() => fixture.dispose());

  it('is the same app as before: what it has ingested in part it does not ingest again', async () => {
    assert.equal((await fixture.ingest('noting', 'items.csv', items)).outcome, 'partial');
    assert.equal((await fixture.ingest('noting', 'items.csv', items)).outcome, 'duplicate');
    await fixture.write('tenants/noting/apps/items/lookup.csv', 'another');
    assert.equal((await fixture.ingest('noting', 'items.csv', items)).outcome, 'partial');
    assert.equal(await fixture.read('tenants/noting/apps/items/app.log'), '12341234');
  });
});

describe('the Python template', function () {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const template = join(packageRoot, 'templates', 'python-command');
  let fixture: PlatformFixture | undefined;
  before(function () {
    if (spawnSync(python, ['--version']).status === 0) return;
    assert.ok(!process.env.MYSIMBDP_REQUIRE, `${python} is not installed`);
    this.skip();
  });
  after(() => fixture?.dispose());

  it('ingests all zip codes of the United States', async () => {
    const data = join(packageRoot, 'node_modules', 'vega-datasets', 'data');
    const content = await readFile(join(data, 'zipcodes.csv'));
    const profile = (await readFile(join(template, 'tenant.yaml'), 'utf8'))
      .replace(/^tenant:.*$/m, '')
      .replace('settleSeconds: 2', 'settleSeconds: 0')
      .replace('[python3,', `[${python},`);
    const app = await readFile(join(template, 'apps', 'zip_codes', 'app.py'));
    fixture = await PlatformFixture.create([{ name: 'zips', profile, files: { 'apps/zip_codes/app.py': app } }]);
    await fixture.stage('zips', 'zipcodes.csv', content);
    await fixture.run();
    const record = await expectFile(fixture, 'zips', 'zipcodes.csv', {
      outcome: 'ingested',
      counts: [42_049, 42_049, 0, 0],
      place: 'archive',
    });
    assert.deepEqual(record.warnings, []);
    await fixture.logLines('zips', (lines) => lines.some(({ text }) => text === '42049 records'));

    const rows = await fixture.rows('zips', 'zip_codes');
    const stored = new Map(rows.map((row) => [row.zip_code, row]));
    const regions = ['Northeast', 'Northeast', 'Mid-Atlantic', 'Southeast', 'Great Lakes', 'Upper Midwest', 'Central'];
    regions.push('South Central', 'Mountain', 'Pacific');
    const records = content.toString('utf8').trimEnd().split('\n').slice(1);
    assert.equal(stored.size, records.length);
    for (const text of records) {
      const [zip_code = '', latitude, longitude, city, state, county] = text.trimEnd().split(',');
      const region = regions[Number(zip_code[0])];
      const expected = {
        zip_code,
        latitude: Number(latitude),
        longitude: Number(longitude),
        city,
        state,
        county,
        region,
      };
      assert.deepEqual({ ...stored.get(zip_code) }, { ...stored.get(zip_code), ...expected });
    }
  });
});
