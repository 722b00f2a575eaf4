import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import type { Fault } from '../../src/foundation/errors.ts';
import { isDiskFull } from '../../src/foundation/errors.ts';
import type { StartStage } from '../../src/platform/start-platform.ts';
import { expectFile } from './expectations.ts';
import { PlatformFixture } from './platform-fixture.ts';

const patienceMs = 60_000;
const count = 10_000;

/** An app that makes ten times as much of each record. */
const growing = 'export default { wrangle: (row) => ({ ...row, name: row.name.repeat(30), checked: true }) };';
const nameOf = (id: number) => `name of ${id}`;
const linesOf = (idOf: (n: number) => string) =>
  Array.from({ length: count }, (_, i) => `${idOf(i + 1)},${nameOf(i + 1)}\n`).join('');
const stored = `id,name\n${linesOf(String)}`;
/** Every other record is rejected, and takes ten times as much in quarantine. */
const halfRejected = `id,name\n${linesOf((n) => (n % 2 === 0 ? String(n) : `bad${n}`))}`;

/** File systems of a few megabytes, where this user may mount any. */
class SmallDisks {
  readonly #mounted: string[] = [];

  static allowed(): boolean {
    if (process.platform !== 'linux') return false;
    const probe = mkdtempSync(join(tmpdir(), 'mysimbdp-disk-'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]);
    if (status === 0) execFileSync('umount', [probe]);
    rmdirSync(probe);
    return status === 0;
  }

  mount(path: string, size: string): void {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
    this.#mounted.push(path);
  }

  make(size: string): string {
    const path = mkdtempSync(join(tmpdir(), 'mysimbdp-disk-'));
    this.mount(path, size);
    return path;
  }

  /** Takes what space is left but for some pages of 4 KiB: without that a run comes a little further each time. */
  fill(but = 0): void {
    for (const path of this.#mounted) {
      const ballast = openSync(join(path, 'ballast'), 'a');
      try {
        for (;;) writeSync(ballast, Buffer.alloc(4096));
      } catch (error) {
        assert.ok(isDiskFull(error), String(error));
        ftruncateSync(ballast, fstatSync(ballast).size - but * 4096);
      } finally {
        closeSync(ballast);
      }
    }
  }

  /** Makes all of them large enough for everything. */
  enlarge(): void {
    for (const path of this.#mounted) execFileSync('mount', ['-o', 'remount,size=100m', path]);
  }

  /** Whoever still has a file open there loses nothing but its place. */
  unmount(): void {
    for (const path of this.#mounted.splice(0).reverse()) execFileSync('umount', ['--lazy', path]);
  }
}

describe('a full disk', () => {
  const disks = new SmallDisks();
  let parent: string | undefined;
  let fixture: PlatformFixture | undefined;

  before(function () {
    if (SmallDisks.allowed()) return;
    process.stdout.write('    a full disk: skipped, for this user may not mount a small one\n');
    this.skip();
  });
  afterEach(async () => {
    disks.enlarge();
    await fixture?.down();
    disks.unmount();
    await fixture?.dispose();
    if (parent !== undefined) rmdirSync(parent);
    parent = fixture = undefined;
  });

  /** A platform with one tenant, all of it on a disk of that size. */
  async function platformOn(size: string): Promise<PlatformFixture> {
    parent = disks.make(size);
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': growing } }], '', parent);
    return fixture;
  }

  it('keeps a platform from starting, which says where and what to do, and starts once there is room', async () => {
    const platform = await platformOn('4m');
    const onStage = (stage: StartStage) => {
      // Its records have been opened by then; where it is to be found has not been written.
      if (stage === 'recovery') disks.fill();
    };
    await assert.rejects(platform.up({ onStage }), (error) => {
      const { code, message, hint } = error as Fault;
      assert.deepEqual([code, message.includes(platform.folder.state)], ['NO_ROOM_TO_START', true]);
      assert.match(hint ?? '', /^Free space on that disk/);
      return true;
    });
    disks.enlarge();
    await platform.up();
  });

  /** Fills the disks as soon as the first attempt at a run has met their end. */
  async function fullOnceCutOff(platform: PlatformFixture): Promise<void> {
    await platform.up();
    await until(patienceMs, 'the end of the first attempt', async () => {
      return (await platform.read('.mysimbdp/logs/platform.log')).includes('"type":"run-cut-off"');
    });
    disks.fill();
  }

  /** Has everything run until it is blocked, and gives why the tenant cannot ingest. */
  async function blockedBy(platform: PlatformFixture): Promise<Fault> {
    const { controlPlane } = await platform.up();
    const { records } = await platform.run('acme');
    assert.deepEqual(records, [], 'the file came to an end');
    const problem = await until(patienceMs, 'the problem', async () => {
      return (await controlPlane.status()).tenants[0]?.problem ?? undefined;
    });
    assert.match(problem.message, /disk is full/);
    assert.match(problem.hint ?? '', /free space on that disk/i);
    await expectKept(platform);
    return problem;
  }

  /** The file is in the run's folder as it was staged: neither given up nor lost. */
  async function expectKept(platform: PlatformFixture): Promise<void> {
    const kept = await readFile(join(platform.folder.work('acme-1'), 'files', 'items.csv'));
    assert.ok(kept.equals(platform.staged.get('acme/items.csv')!));
    assert.deepEqual(await platform.staging('acme'), []);
    assert.deepEqual(await platform.log('acme'), []);
  }

  async function untilIngested(platform: PlatformFixture): Promise<void> {
    await until(patienceMs, 'the end of the run', async () => (await platform.log('acme')).length > 0, undefined, 100);
    const { tenants } = await (await platform.up()).controlPlane.status();
    assert.equal(tenants[0]?.problem, null);
    const [run, ...others] = await platform.runs('acme');
    assert.deepEqual([run?.runId, run?.outcome, run?.cause, others], ['acme-1', 'done', null, []]);
  }

  async function expectRows(platform: PlatformFixture, ids: number[]): Promise<void> {
    const rows = await platform.rows('acme');
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    assert.deepEqual([rows.length, names.size], [ids.length, ids.length]);
    for (const id of ids) assert.equal(names.get(id), nameOf(id).repeat(30));
  }

  /** The ledger has the file as after a clean run. */
  async function expectKnown(platform: PlatformFixture): Promise<void> {
    const again = await platform.ingest('acme', 'again.csv', platform.staged.get('acme/items.csv')!);
    assert.deepEqual([again.outcome, again.cause?.code], ['duplicate', 'DUPLICATE_FILE']);
  }

  const all = Array.from({ length: count }, (_, i) => i + 1);
  const even = all.filter((id) => id % 2 === 0);
  const everything = { outcome: 'ingested', counts: [count, count, 0, 0], place: 'archive' } as const;
  const half = { outcome: 'partial', counts: [count, count / 2, 0, count / 2], place: 'archive' } as const;

  async function expectRejects(platform: PlatformFixture): Promise<void> {
    const rejects = await platform.rejects(await expectFile(platform, 'acme', 'items.csv', half));
    assert.deepEqual(
      rejects.map(({ record }) => record),
      all.filter((id) => id % 2 === 1),
    );
  }

  it('that CoreDms fills: the run waits for space and then goes on', async () => {
    const platform = await platformOn('4m');
    await platform.stage('acme', 'items.csv', stored);
    await blockedBy(platform);
    disks.enlarge();
    await untilIngested(platform);
    await expectFile(platform, 'acme', 'items.csv', everything);
    await expectRows(platform, all);
    await expectKnown(platform);
  });

  it('that the metadata fill while a run is prepared: its file waits for space in staging', async () => {
    const platform = await platformOn('6m');
    let ahead = 0;
    const { controlPlane } = await platform.up({ now: () => Date.now() + ahead });
    await platform.ingest('acme', 'first.csv', 'id,name\n1,a\n');
    // One for the file; the others have room for its claim but not for its run.
    disks.fill(5);
    await platform.stage('acme', 'items.csv', 'id,name\n2,b\n');
    const problem = await until(
      patienceMs,
      'the problem',
      async () => (await controlPlane.status()).tenants[0]?.problem ?? undefined,
    );
    assert.equal(problem.code, 'METADATA_FULL');
    assert.deepEqual(await platform.staging('acme'), ['items.csv']);
    disks.enlarge();
    // The pause after a failure is over.
    ahead = 11_000;
    const { records } = await platform.run('acme');
    assert.deepEqual(
      records.map(({ file, outcome }) => [file, outcome]),
      [['items.csv', 'ingested']],
    );
    assert.equal((await controlPlane.status()).tenants[0]?.problem, null);
  });

  it('that the rejected records fill: each is in quarantine once, when there is space', async () => {
    const platform = await platformOn('4m');
    await platform.write('tenants/acme/apps/items/app.ts', 'export default { wrangle: () => null };');
    await platform.stage('acme', 'items.csv', `id,name\n${linesOf((n) => `${n},${'x'.repeat(200)}`)}`);
    await blockedBy(platform);
    disks.enlarge();
    await untilIngested(platform);
    const record = await expectFile(platform, 'acme', 'items.csv', {
      outcome: 'partial',
      counts: [count, 0, 0, count],
      place: 'archive',
    });
    const rejects = await platform.rejects(record);
    assert.deepEqual(
      rejects.map((reject) => reject.record),
      all,
    );
    await expectKnown(platform);
  });

  it('of CoreDms alone: the run is not given up, and says so until there is space', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': growing } }]);
    await mkdir(join(fixture.folder.embeddedKeyspace('acme'), '..'), { recursive: true });
    disks.mount(join(fixture.folder.embeddedKeyspace('acme'), '..'), '2m');
    await fixture.stage('acme', 'items.csv', stored);
    await fullOnceCutOff(fixture);
    assert.equal((await blockedBy(fixture)).code, 'COREDMS_FULL');
    const log = await fixture.read('.mysimbdp/logs/platform.log');
    assert.match(log, /"attempts":4,"delayMs":10000,"cause":\{"code":"COREDMS_FULL"/);
    // Nobody waits for it, also not for a file that does because it has the same content.
    await fixture.stage('acme', 'copy.csv', stored);
    assert.deepEqual((await fixture.run('acme')).records, []);
    const { tenants } = await (await fixture.up()).controlPlane.status();
    assert.deepEqual([tenants[0]?.waitingFiles, tenants[0]?.problem?.code], [1, 'COREDMS_FULL']);
    await rm(join(fixture.folder.staging('acme'), 'copy.csv'));
    disks.enlarge();
    await untilIngested(fixture);
    await expectFile(fixture, 'acme', 'items.csv', everything);
    await expectRows(fixture, all);
    await expectKnown(fixture);
  });

  it('of quarantine alone, and a restart of the platform before there is space', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': growing } }]);
    await mkdir(fixture.folder.quarantine('acme'), { recursive: true });
    disks.mount(fixture.folder.quarantine('acme'), '300k');
    await fixture.stage('acme', 'items.csv', halfRejected);
    await fullOnceCutOff(fixture);
    const { code, message } = await blockedBy(fixture);
    assert.equal(code, 'DISK_FULL');
    assert.match(message, /items\.csv\.rejected\.ndjson cannot be written/);
    await fixture.down();
    disks.enlarge();
    await untilIngested(fixture);
    await expectRejects(fixture);
    await expectRows(fixture, even);
    await expectKnown(fixture);
  });
});
