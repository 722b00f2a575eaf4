import assert from 'node:assert/strict';
import type { ExpectedFile } from './expectations.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { brokenCommands, brokenModules, misbehavingTenant, wrangling } from './misbehaving-apps.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const cases = { ...brokenModules, ...brokenCommands };

const items = 'id,name\n1,a\n2,b\n3,c\n';

describe('apps that fail', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create(
      [...Object.values(cases).map(misbehavingTenant), { name: 'neighbour' }],
      'limits: { concurrentRuns: 4 }',
    );
    for (const { tenant } of Object.values(cases)) await fixture.stage(tenant, 'items.csv', items);
    for (let n = 1; n <= 5; n++) await fixture.stage('neighbour', `items${n}.csv`, `id,name\n${n},a\n`);
    await fixture.run();
  });
  after(() => fixture.dispose());

  for (const [what, { tenant, cause, says }] of Object.entries(cases)) {
    it(`${what}: ${cause instanceof RegExp ? cause.source : cause}`, async () => {
      const [run] = await fixture.runs(tenant);
      const code = run?.cause?.code ?? 'none';
      assert.match(code, cause instanceof RegExp ? cause : new RegExp(`^${cause}$`), JSON.stringify(run));
      assert.equal(run?.outcome, 'failed');
      const expected: ExpectedFile = {
        outcome: 'failed',
        cause: code,
        says,
        counts: [0, 0, 0, 0],
        place: 'quarantine',
      };
      await expectFile(fixture, tenant, 'items.csv', expected);
      assert.deepEqual(await storedKeys(fixture, tenant), []);
    });
  }

  it('do no harm to another tenant that ingests at the same time', async () => {
    for (let n = 1; n <= 5; n++) {
      const expected: ExpectedFile = { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' };
      await expectFile(fixture, 'neighbour', `items${n}.csv`, expected);
    }
    assert.deepEqual(await storedKeys(fixture, 'neighbour'), [1, 2, 3, 4, 5]);
  });
});

describe('an app that is slow but steady', () => {
  let fixture: PlatformFixture;
  const records = 60;
  const slow = `id,name\n${Array.from({ length: records }, (_, i) => `${i},n\n`).join('')}`;
  // The file takes three times as long as an app may go without an answer; two of them longer than one may take.
  const settings = 'chunkTimeoutSeconds: 1\nresources: { timeoutSeconds: 5 }';
  const answering = `
    import { createInterface } from 'node:readline';
    for await (const line of createInterface({ input: process.stdin })) {
      const { id, row } = JSON.parse(line);
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(JSON.stringify({ id, rows: [{ ...row, checked: true }] }));
    }`;
  before(async () => {
    const command = itemsProfile({ app: settings }).replace(
      'entry: apps/items/app.ts',
      `command: [${process.execPath}, app.mjs]`,
    );
    const waiting = wrangling('for (const end = performance.now() + 50; performance.now() < end;); return { ...row };');
    fixture = await PlatformFixture.create(
      [
        { name: 'command', profile: command, files: { 'apps/items/app.mjs': answering } },
        { name: 'module', profile: itemsProfile({ app: settings }), files: { 'apps/items/app.ts': waiting } },
      ],
      'limits: { concurrentRuns: 2 }',
    );
    for (const tenant of ['command', 'module'])
      for (const file of ['a.csv', 'b.csv'])
        await fixture.stage(tenant, file, `${slow}9${file === 'a.csv' ? 1 : 2},x\n`);
    await fixture.run();
  });
  after(() => fixture.dispose());

  for (const tenant of ['command', 'module']) {
    it(`ingests all its files, as a ${tenant}`, async () => {
      for (const file of ['a.csv', 'b.csv']) {
        const counts: [number, number, number, number] = [records + 1, records + 1, 0, 0];
        await expectFile(fixture, tenant, file, { outcome: 'ingested', counts, place: 'archive' });
      }
      const [run, ...others] = await fixture.runs(tenant);
      assert.deepEqual([run?.files, others], [2, []]);
      assert.ok(run!.seconds > 5, `both took ${run!.seconds} s`);
    });
  }
});

describe('an app that fails on one file', () => {
  let fixture: PlatformFixture;
  before(async () => {
    const failing = (how: string) => ({
      'apps/items/app.ts': wrangling(`if (context.file === 'first.csv') ${how}; return { ...row, checked: true };`),
    });
    fixture = await PlatformFixture.create(
      [
        { name: 'exits', files: failing('process.exit(3)') },
        { name: 'kills', files: failing("process.kill(process.pid, 'SIGKILL')") },
      ],
      'limits: { concurrentRuns: 2 }',
    );
    for (const tenant of ['exits', 'kills']) {
      await fixture.stage(tenant, 'first.csv', items, 60);
      await fixture.stage(tenant, 'second.csv', 'id,name\n7,x\n', 30);
    }
    await fixture.run();
  });
  after(() => fixture.dispose());

  for (const [tenant, cause] of [
    ['exits', 'APP_EXITED'],
    ['kills', 'RUNNER_CRASHED'],
  ] as const) {
    it(`gives the files back that it had not begun (${cause})`, async () => {
      const failed = await expectFile(fixture, tenant, 'first.csv', {
        outcome: 'failed',
        cause,
        counts: [0, 0, 0, 0],
        place: 'quarantine',
      });
      const next = await expectFile(fixture, tenant, 'second.csv', {
        outcome: 'ingested',
        counts: [1, 1, 0, 0],
        place: 'archive',
      });
      assert.deepEqual([failed.batchNumber, next.batchNumber], [1, 2]);
      assert.deepEqual(await storedKeys(fixture, tenant), [7]);
      assert.equal((await fixture.log(tenant)).length, 2);
    });
  }
});

describe('an app', () => {
  let fixture: PlatformFixture;
  const flood = 50_000;
  before(async () => {
    process.env.MYSIMBDP_TEST_SECRET = 'do not tell';
    const looking = `
      const { argv, execArgv, env, report } = process;
      const seen = { argv, execArgv, env: { ...env }, parent: report.getReport().environmentVariables };
      return { id: row.id, name: JSON.stringify(seen) };`;
    const flooding = `
      if (row.id === '2') for (let i = 1; i <= ${flood}; i++) console.log('line', i, 'x'.repeat(100));
      if (row.id === '3') { process.stderr.write('no line end: ' + 'y'.repeat(5_000_000)); console.error('\\nlast words'); }
      return { ...row, checked: true };`;
    fixture = await PlatformFixture.create([
      { name: 'looking', files: { 'apps/items/app.ts': wrangling(looking) } },
      { name: 'flooding', files: { 'apps/items/app.ts': wrangling(flooding) } },
      { name: 'idle', files: { 'apps/items/app.ts': wrangling('return row;') } },
    ]);
    for (const tenant of ['looking', 'flooding', 'idle']) await fixture.stage(tenant, 'items.csv', items);
    await fixture.run();
  });
  after(async () => {
    delete process.env.MYSIMBDP_TEST_SECRET;
    await fixture.dispose();
  });
  const ingested: ExpectedFile = { outcome: 'ingested', counts: [3, 3, 0, 0], place: 'archive' };

  it('sees nothing of the platform in its environment and arguments', async () => {
    await expectFile(fixture, 'looking', 'items.csv', ingested);
    const [row] = await fixture.rows('looking');
    const seen = JSON.parse(String(row?.name)) as Record<string, unknown>;
    assert.deepEqual(seen.env, {});
    assert.deepEqual(seen.execArgv, []);
    assert.equal((seen.argv as unknown[]).length, 2);
    const everything = JSON.stringify(seen);
    const { token } = JSON.parse(await fixture.read('.mysimbdp/control-plane.json')) as { token: string };
    assert.ok(!everything.includes('do not tell') && !everything.includes(token), everything);
    assert.doesNotMatch(everything, /token|control-plane|127\.0\.0\.1/i);
  });

  it('that floods its log is heard in part; the log tells how many lines are missing', async () => {
    await expectFile(fixture, 'flooding', 'items.csv', ingested);
    const lines = await fixture.logLines('flooding', (all) => all.some(({ text }) => text === 'last words'));
    const kept = lines.filter(({ type, stream }) => type === 'app' && stream === 'stdout').length;
    const dropped = lines.reduce((sum, line) => sum + Number(line.dropped ?? 0), 0);
    assert.ok(kept >= 100 && kept < flood / 10, `${kept} lines were kept`);
    assert.ok(dropped >= flood - kept && dropped <= flood - kept + 3, `${kept} lines kept, ${dropped} dropped`);
    assert.ok(lines.every((line) => JSON.stringify(line).length < 4000));
  });

  it('that returns every record unchanged is warned, and only that', async () => {
    const { warnings } = await expectFile(fixture, 'idle', 'items.csv', ingested);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['APP_CHANGES_NOTHING'],
    );
    assert.match(warnings[0]?.hint ?? '', /at least one wrangling/);
    for (const tenant of ['looking', 'flooding']) assert.deepEqual((await fixture.log(tenant))[0]?.warnings, []);
  });
});
