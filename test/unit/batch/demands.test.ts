import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActiveRuns } from '../../../src/batch/active-runs.ts';
import { Demands } from '../../../src/batch/demands.ts';
import { TenantDesk } from '../../../src/batch/tenant-desk.ts';
import { until } from '../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { IngestionLogs } from '../../../src/records/ingestion-logs.ts';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import type { TenantProfile } from '../../../src/tenants/effective-profile.ts';
import { fileRecord, runRecord, temporaryFolder } from '../records/samples.ts';

const tenant = 'gift_card';
const never = new AbortController().signal;

describe('a demand', () => {
  const temporary = temporaryFolder();
  let metadata: MetadataStore;
  let logs: IngestionLogs;
  let desk: TenantDesk;
  let demands: Demands;
  let staging: string;
  /** Milliseconds, monotonic. */
  let time: number;
  beforeEach(async () => {
    const folder = new PlatformFolder(temporary.path('platform'));
    staging = folder.staging(tenant);
    time = 0;
    await mkdir(staging, { recursive: true });
    metadata = await MetadataStore.open({ metadata: folder.metadataFile });
    logs = new IngestionLogs(folder);
    const ports = {
      folder,
      metadata,
      logs,
      timeZone: () => 'UTC',
      isUnderWay: () => false,
      isBlocked: () => false,
      movedAway: () => undefined,
      now: () => Date.now(),
    };
    desk = new TenantDesk(
      tenant,
      ports,
      () => demands.finishWhatIsDone(),
      (error) => {
        throw error as Error;
      },
    );
    demands = new Demands({
      desks: new Map([[tenant, desk]]),
      runs: new ActiveRuns(),
      now: ports.now,
      clock: () => time,
    });
  });
  afterEach(async () => {
    desk.dispose();
    await logs.dispose();
    await metadata.dispose();
  });

  it('takes in the files of a run, however many, and tells of so many that anybody can read them', async () => {
    const { id } = demands.add({});
    const of = (count: number, outcome: 'ingested' | 'failed') =>
      Array.from({ length: count }, (_, i) => fileRecord({ file: `${outcome}${i}`, outcome }));
    demands.closed(runRecord(), [...of(200_000, 'ingested'), ...of(3, 'failed')]);
    const { recorded, further, finished } = await demands.status(id, 60_000, never, 20_000);
    assert.equal(finished, true);
    assert.equal(recorded, 20_000);
    assert.deepEqual(further, { ingested: 180_000, failed: 3 });
  });

  it('takes in what is kept out, however much', async () => {
    const { id } = demands.add({});
    // Nobody looks at staging of a tenant without a profile: what is known of it stays.
    for (let i = 0; i < 150_000; i++) {
      const record = fileRecord({ file: `f${i}`, outcome: 'refused', runId: null, app: null });
      desk.intake.standing.set(record.file, record);
    }
    const { recorded, further } = await demands.status(id, 60_000, never, 20_000);
    assert.equal(recorded, 20_000);
    assert.deepEqual(further, { refused: 130_000 });
  });

  it('tells of so many files at once that writing it holds up nobody, and of the next when it is asked', async () => {
    const { id } = demands.add({ app: 'another' });
    const files = Array.from({ length: 1201 }, (_, i) => fileRecord({ file: `${i}` }));
    demands.closed(runRecord({ app: 'another' }), files);
    const seen: string[] = [];
    for (const expected of [500, 500, 201, 0]) {
      const began = performance.now();
      const { records, recorded } = await demands.status(id, expected > 201 ? 60_000 : 10, never, seen.length);
      assert.ok(performance.now() - began < 5000);
      assert.deepEqual([records.length, recorded], [expected, 1201]);
      seen.push(...records.map(({ file }) => file));
    }
    assert.deepEqual(
      seen,
      files.map(({ file }) => file),
    );
  });

  it('tells of everything where that is not much', async () => {
    const { id } = demands.add({});
    demands.closed(runRecord(), [fileRecord()]);
    const { records, further } = await demands.status(id, 60_000, never);
    assert.deepEqual([records, further], [[fileRecord()], undefined]);
  });

  it('keeps results of the last that ended, of so many as memory has room for', async () => {
    const ended = (records: number) => {
      // Of an app that nobody has: it ends at the first look.
      const { id } = demands.add({ app: 'another' });
      demands.closed(
        runRecord({ app: 'another' }),
        Array.from({ length: records }, (_, i) => fileRecord({ file: `${i}` })),
      );
      return id;
    };
    const isKept = (id: string) =>
      demands.status(id, 60_000, never, 20_000).then(
        () => true,
        () => false,
      );
    const large: string[] = [];
    for (let i = 0; i < 4; i++) {
      large.push(ended(20_000));
      assert.ok(await isKept(large[i]!));
    }
    assert.deepEqual(await Promise.all(large.map(isKept)), [false, false, true, true]);
  });

  describe('for a file that is written to without end', () => {
    const app = { name: 'items', files: '*.csv', schedule: { kind: 'on-arrival' } };
    const profile = { tenant, apps: [app], batch: { files: { settleSeconds: 5 } } } as unknown as TenantProfile;
    const file = 'grow.csv';
    let writing: NodeJS.Timeout;
    beforeEach(async () => {
      desk.apply({ registered: true, enabled: true, problem: null, profile }, 'UTC');
      await writeFile(join(staging, file), 'id\n');
      writing = setInterval(() => void appendFile(join(staging, file), '1\n'), 50);
    });
    afterEach(() => clearInterval(writing));

    async function demand(): Promise<string> {
      const { id } = demands.add({});
      await until(5000, 'a look at it', () => desk.looks.upToDate && desk.intake.settling.names.length > 0);
      demands.finishWhatIsDone();
      return id;
    }

    async function after(seconds: number, id: string) {
      time = seconds * 1000;
      demands.finishWhatIsDone();
      const { finished, stillWritten } = await demands.status(id, 0, never);
      return { finished, stillWritten };
    }

    it('names it once it would have settled, and waits a minute longer', async () => {
      const id = await demand();
      const stillWritten = [{ tenant, file }];
      assert.deepEqual(await after(7, id), { finished: false, stillWritten: undefined });
      assert.deepEqual(await after(9, id), { finished: false, stillWritten });
      assert.deepEqual(await after(64, id), { finished: false, stillWritten });
      assert.deepEqual(await after(66, id), { finished: true, stillWritten });
    });

    it('waits as long as another file takes, and a minute longer', async () => {
      desk.taken.add('large.csv');
      const id = await demand();
      assert.equal((await after(7200, id)).finished, false);
      desk.taken.delete('large.csv');
      demands.closed(runRecord({ tenant, app: 'items' }), [fileRecord({ tenant, file: 'large.csv' })]);
      assert.equal((await after(7201, id)).finished, false);
      assert.equal((await after(7265, id)).finished, false);
      assert.deepEqual(await after(7267, id), { finished: true, stillWritten: [{ tenant, file }] });
    });
  });

  it('has so many open at a time and no more', () => {
    for (let i = 0; i < 1000; i++) demands.add({ app: 'another' });
    assert.throws(() => demands.add({}), { code: 'TOO_MANY_DEMANDS' });
  });
});
