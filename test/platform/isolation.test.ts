import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import { listProcesses } from '../../src/processes/process-list.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { greedy, misbehavingTenant } from './misbehaving-apps.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 60_000;
/** Rows a second that the steady tenant's quota gives it. */
const share = 1500;
const items = 'id,name\n1,a\n2,b\n3,c\n4,d\n';

/** How far the steady run was by one of its reports, which come about once a second. */
interface Progress {
  sequence: number;
  read: number;
  /** Milliseconds, monotonic. */
  at: number;
}

const rateBetween = (from: Progress, to: Progress) => ((to.read - from.read) / (to.at - from.at)) * 1000;

describe('a tenant keeps its share while the app of another', function () {
  let fixture: PlatformFixture;
  let steadyRun: string;
  let begin: Progress;

  /** Its first report behind that one. */
  async function progress(after: number): Promise<Progress> {
    const { controlPlane } = await fixture.up();
    const sequences = new Set<number>();
    return until(
      patienceMs,
      'a report of the steady run',
      async () => {
        const { runs } = await controlPlane.status();
        const report = runs.find(({ runId }) => runId === steadyRun)?.report;
        if (!report) return undefined;
        sequences.add(report.sequence);
        // The first that is seen may have come long ago.
        if (report.sequence <= after || sequences.size < 2) return undefined;
        return { sequence: report.sequence, read: report.counters.read, at: performance.now() };
      },
      undefined,
      10,
    );
  }

  /** Holds the steady tenant's rate between two reports against its share; within a short time less exactly. */
  async function expectShare(from: Progress, to: Progress, least: number): Promise<number> {
    const rate = rateBetween(from, to);
    const said = `${rate.toFixed(1)} rows/s in ${((to.at - from.at) / 1000).toFixed(1)} s`;
    if (rate < share * least) {
      // Either the others took it away, or the machine has no more to give at the moment: without them it then is no better.
      const alone = rateBetween(to, await progress(to.sequence + 8));
      assert.ok(rate > alone * least, `${said}, but ${alone.toFixed(1)} without the others`);
    }
    return rate;
  }

  before(async () => {
    const quota = `{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: ${share} } }`;
    fixture = await PlatformFixture.create(
      [...Object.values(greedy).map(misbehavingTenant), { name: 'steady', profile: itemsProfile({ batch: quota }) }],
      'limits: { concurrentRuns: 2 }',
    );
    const { controlPlane } = await fixture.up();
    // More than it can ingest until all the others have failed.
    await fixture.stage(
      'steady',
      'items.csv',
      `id,name\n${Array.from({ length: share * 300 }, (_, i) => `${i},name\n`).join('')}`,
    );
    steadyRun = await until(patienceMs, 'the steady run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find(({ report }) => (report?.counters.stored ?? 0) > 0)?.runId;
    });
    begin = await progress(0);
  });
  after(() => fixture.dispose());

  for (const [what, { tenant, script, cause, says }] of Object.entries(greedy)) {
    it(`${what}: ${cause instanceof RegExp ? cause.source : cause}`, async () => {
      const from = await progress(0);
      await fixture.stage(tenant, 'items.csv', items);
      await fixture.run(tenant);
      const to = await progress(from.sequence + 1);
      const [run, ...more] = await fixture.runs(tenant);
      const code = run?.cause?.code ?? 'none';
      assert.match(code, cause instanceof RegExp ? cause : new RegExp(`^${cause}$`), JSON.stringify(run));
      assert.deepEqual([run?.outcome, more], ['failed', []]);
      const counts = [0, 0, 0, 0] as const;
      await expectFile(fixture, tenant, 'items.csv', {
        outcome: 'failed',
        cause: code,
        says,
        counts,
        place: 'quarantine',
      });
      assert.deepEqual(await storedKeys(fixture, tenant), []);
      if (script?.includes('beget')) await expectNoChildren(tenant);
      await expectShare(from, to, 0.8);
    });
  }

  it('… all the time', async () => {
    const { controlPlane } = await fixture.up();
    const end = await progress(begin.sequence);
    const others = (await controlPlane.runLog({ limit: 100 })).filter((run) => run.tenant !== 'steady');
    assert.equal(others.length, Object.keys(greedy).length);
    const rate = await expectShare(begin, end, 0.9);
    assert.ok(rate < share * 1.05, `${rate} rows/s`);
    await controlPlane.cancelRun(steadyRun);
    const record = await until(patienceMs, 'the end of the steady run', async () => {
      return (await controlPlane.ingestionLog({ tenant: 'steady', limit: 1 }))[0];
    });
    assert.equal(record.outcome, 'cancelled');
    assert.ok(record.rowsPerSecond < share * 1.05, `${record.rowsPerSecond} rows/s by the record`);
    assert.ok(
      record.rowsPerSecond > rate * 0.9,
      `${record.rowsPerSecond} rows/s by the record, ${rate} by the reports`,
    );
  });

  async function expectNoChildren(tenant: string): Promise<void> {
    const pids = (await fixture.read(`tenants/${tenant}/apps/items/children`)).trim().split('\n').map(Number);
    assert.ok(pids.length > 5);
    await until(5000, 'the end of the children', async () => {
      return !(await listProcesses()).some(({ pid }) => pids.includes(pid));
    });
  }
});
