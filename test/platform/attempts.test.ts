import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause, until } from '../../src/foundation/deadlines.ts';
import { resumeState } from '../../src/runner/checkpoint-store.ts';
import { CrashingPlatform } from '../soak/crashing-platform.ts';
import { hashOf, leaveOpen, leftFile, leftPlan, workPath } from './left-runs.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

// Attempts at a run: how they are counted, and which cause counts.

const rows = (count: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${i},n\n`).join('')}`;

interface CutOff {
  attempts?: number;
  cause?: { code: string } | null;
}

describe('attempts at a run', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  /** How often the run was cut off, and why. */
  async function cuts(): Promise<CutOff[]> {
    const text = await readFile(fixture.folder.platformLog, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line.includes('run-cut-off'))
      .map((line) => JSON.parse(line) as CutOff);
  }

  it('of an app with state are in vain when they come less far than any before', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ app: 'stateful: true' }) }]);
    const seen = join(fixture.folder.root, 'attempts');
    // It takes its runner with it: far into the file, early, less far than at first, early.
    const app = `
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(seen)}, 'x');
const attempt = readFileSync(${JSON.stringify(seen)}).length;
const end = performance.now() + ([3200, 700, 1900][attempt - 1] ?? 700);
export default {
  wrangle(row) {
    if (performance.now() > end) process.kill(process.pid, 'SIGKILL');
    for (const next = performance.now() + 0.1; performance.now() < next;);
    return { ...row, checked: true };
  },
};
`;
    await fixture.write('tenants/acme/apps/items/app.ts', app);
    const record = await fixture.ingest('acme', 'a.csv', rows(100_000));
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'RUNNER_CRASHED']);
    assert.equal((await readFile(seen)).length, 4);
    assert.deepEqual(
      (await cuts()).map(({ attempts }) => attempts),
      [1, 2, 3],
    );
  });

  it('add up in what a run has used; the time without a process of it is not in it', async function () {
    if (process.platform !== 'linux') this.skip();
    const seen = join(tmpdir(), `attempts-${process.pid}`);
    // It works for four seconds; the first time it then takes its runner and the control plane with it.
    const command = `
      import { appendFileSync, readFileSync } from 'node:fs';
      import { createInterface } from 'node:readline';
      appendFileSync(${JSON.stringify(seen)}, 'x');
      for (let used = 0; used < 4e6;) {
        for (let i = 0; i < 1e7; i++);
        const { user, system } = process.cpuUsage();
        used = user + system;
      }
      if (readFileSync(${JSON.stringify(seen)}).length === 1) {
        process.kill(Number(readFileSync(${JSON.stringify(`${seen}.manager`)})), 'SIGKILL');
        process.kill(process.ppid, 'SIGKILL');
      }
      for await (const line of createInterface({ input: process.stdin })) {
        const { id, row } = JSON.parse(line);
        console.log(JSON.stringify({ id, rows: [{ ...row, checked: true }] }));
      }`;
    const profile = itemsProfile().replace('entry: apps/items/app.ts', `command: [${process.execPath}, app.mjs]`);
    fixture = await PlatformFixture.create([{ name: 'acme', profile, files: { 'apps/items/app.mjs': command } }]);
    const platform = new CrashingPlatform(fixture.folder);
    try {
      platform.start();
      await writeFile(`${seen}.manager`, String(platform.pid));
      await fixture.stage('acme', 'a.csv', rows(3));
      await until(30_000, 'the end of the control plane', () => platform.ended !== undefined);
      const awayMs = 5000;
      await pause(awayMs);
      const [run] = await fixture.run('acme').then(() => fixture.runs('acme'));
      const lasted = (run!.endedAt - run!.startedAt) / 1000;
      assert.equal(run!.outcome, 'done');
      // The last look before a kill may be two seconds and a half old.
      assert.ok(run!.cpuSeconds > 5 && run!.cpuSeconds < 12, `${run!.cpuSeconds} s of CPU`);
      assert.ok(run!.seconds > 5.5 && run!.seconds < lasted - awayMs / 1000 + 0.5, `${run!.seconds} of ${lasted} s`);
      const highest = (run!.peakRssBytes / 2 ** 20) * run!.seconds;
      assert.ok(run!.memoryMbSeconds > 0.3 * highest && run!.memoryMbSeconds <= highest, `${run!.memoryMbSeconds}`);
      assert.ok(Math.abs(run!.rowsPerSecond - 3 / run!.seconds) < 0.01);
    } finally {
      await platform.stop();
      await rm(seen, { force: true });
      await rm(`${seen}.manager`, { force: true });
    }
  });

  it('are told of by the status while they wait: which run, its files, when, and why', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const app = 'export default { wrangle() { process.kill(process.pid, "SIGKILL"); } };';
    await fixture.write('tenants/acme/apps/items/app.ts', app);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'a.csv', rows(3));
    const [retry] = await until(
      20_000,
      'a run that waits',
      async () => (await controlPlane.status()).tenants[0]?.retries,
    );
    assert.deepEqual(
      [retry?.runId, retry?.app, retry?.files, retry?.cause?.code],
      ['acme-1', 'items', ['a.csv'], 'RUNNER_CRASHED'],
    );
    assert.ok(Math.abs(retry!.at! - Date.now()) < 5000);
    await controlPlane.cancelRun('acme-1');
    await until(20_000, 'the end of the run', async () => (await fixture.log('acme')).length > 0);
    assert.equal((await controlPlane.status()).tenants[0]?.retries, undefined);
  });

  it('do not wait for space because an earlier one had none, when the runner now fails before it says anything', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    const { folder } = fixture;
    await fixture.write('.mysimbdp/work/acme-1/files/a.csv', rows(3));
    const { sha256, size } = await hashOf(workPath(folder, 'a.csv'));
    const plan = leftPlan(folder, {
      files: [leftFile(folder, 'a.csv', { size, sha256 })],
      // Nothing can be written there.
      checkpointPath: join(folder.root, 'no-such-folder', 'checkpoint.json'),
    });
    const full = { code: 'COREDMS_FULL', message: 'there was no room' };
    const earlier = { ...resumeState(plan.job, null), ended: { outcome: 'failed', cause: full } };
    await fixture.write('.mysimbdp/work/acme-1/checkpoint.json', JSON.stringify(earlier));
    await leaveOpen(folder, { ...plan, blocked: full }, { attempts: 4 });

    await fixture.up();
    const record = await until(20_000, 'the end of the run', async () => (await fixture.log('acme'))[0]);
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'ENOENT']);
  });

  it('end in good order when the control plane is not heard of for the length of the lease, and go on with it', async function () {
    if (process.platform !== 'linux') this.skip();
    const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 1200 } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const count = 40_000;
    await fixture.stage('acme', 'a.csv', rows(count));
    const platform = new CrashingPlatform(fixture.folder);
    platform.start();
    try {
      const seen = await until(20_000, 'a runner that has come half-way', () =>
        platform.runs().find((run) => run.pid !== null && run.progress > 0),
      );
      platform.suspend();
      await until(40_000, 'the end of the runner', () => !platform.runnersLeft().includes(seen.pid!));
      const state = JSON.parse(await fixture.read('.mysimbdp/work/acme-1/checkpoint.json')) as ReturnType<
        typeof resumeState
      >;
      assert.deepEqual(
        [state.phase, state.ended?.outcome, state.ended?.cause?.code],
        ['load', 'stopped', 'LEASE_LOST'],
      );
      assert.ok(state.files[0]!.position.records > seen.progress);
      platform.resume();
      await until(30_000, 'the end of the file', () => platform.runs().length === 0);
    } finally {
      platform.resume();
      await platform.stop();
    }
    assert.deepEqual(
      (await cuts()).map(({ attempts, cause }) => [attempts, cause?.code]),
      [[1, 'LEASE_LOST']],
    );
    const [record, ...others] = await fixture.log('acme');
    assert.deepEqual(
      [record?.outcome, record?.counters.read, record?.counters.stored, others],
      ['ingested', count, count, []],
    );
    assert.equal((await fixture.rows('acme')).length, count);
  });
});
