import assert from 'node:assert/strict';
import { PlatformFeed } from '../../../../src/extension/panel/platform-feed.ts';
import { bounds, toPanel } from '../../../../src/extension/panel/panel-protocol.ts';
import { PlatformsFeed } from '../../../../src/extension/panel/platforms-feed.ts';
import { RunsFeed } from '../../../../src/extension/panel/runs-feed.ts';
import { ServicesFeed } from '../../../../src/extension/panel/services-feed.ts';
import { StatisticsFeed } from '../../../../src/extension/panel/statistics-feed.ts';
import { ThroughputFeed } from '../../../../src/extension/panel/throughput-feed.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import { exampleRun, noStatistics } from '../../cli/examples.ts';
import { ExampleSource, exampleRunRecord } from './example-source.ts';

describe('the feed of runs', () => {
  it('sends what has changed, and nothing when nothing has', () => {
    const source = new ExampleSource();
    const feed = new RunsFeed();
    feed.observe(source, 0);
    assert.equal(feed.snapshot().runs[0]?.progress, (1 + 0.63) / 2);
    feed.observe(source, 0);
    assert.equal(feed.delta(), undefined);
    const run = exampleRun();
    source.change({ runs: [{ ...run, report: run.report && { ...run.report, rowsPerSecond: 1 } }] });
    feed.observe(source, 0);
    assert.deepEqual(
      feed.delta()?.changed.map(({ rowsPerSecond }) => rowsPerSecond),
      [1],
    );
    assert.equal(feed.delta(), undefined);
  });

  it('keeps a run that has ended until the run log tells what became of it', () => {
    const source = new ExampleSource();
    const feed = new RunsFeed();
    feed.observe(source, 0);
    feed.snapshot();
    source.change({ runs: [] });
    feed.observe(source, 0);
    assert.deepEqual(
      feed.delta()?.changed.map(({ state, active }) => [state, active]),
      [['ended', false]],
    );
    source.recentRuns = [exampleRunRecord({ outcome: 'failed', cause: { code: 'APP_FAILED', message: 'why' } })];
    feed.observe(source, 0);
    const told = feed.delta();
    assert.ok(told);
    assert.deepEqual(
      told.changed.map(({ state, cause }) => [state, cause]),
      [['failed', 'APP_FAILED: why']],
    );
    assert.deepEqual(told.gone, []);
  });

  it('shows a run as failed that is done but for a file that failed', () => {
    const source = new ExampleSource();
    source.status = undefined;
    source.recentRuns = [exampleRunRecord({ files: 2, failedFiles: 1 })];
    const feed = new RunsFeed();
    feed.observe(source, 0);
    assert.deepEqual(
      feed.snapshot().runs.map(({ state, failedFiles }) => [state, failedFiles]),
      [['failed', 1]],
    );
  });

  it('shows what has ended of many runs, rather than that many have', () => {
    const source = new ExampleSource();
    const feed = new RunsFeed();
    const run = (n: number) => ({ ...exampleRun(), runId: `run-${n}` });
    const record = (n: number) => exampleRunRecord({ runId: `run-${n}` });
    source.change({ runs: Array.from({ length: 150 }, (_, n) => run(n)) });
    feed.observe(source, 0);
    source.change({ runs: [] });
    feed.observe(source, 1000);
    assert.ok(feed.snapshot().runs.every(({ state }) => state === 'ended'));
    source.recentRuns = Array.from({ length: 150 }, (_, n) => record(n));
    feed.observe(source, 2000);
    assert.ok(feed.snapshot().runs.every(({ state }) => state === 'done'));
  });

  it('does not wait for ever for what became of a run: its record may be among those that nobody asks for', () => {
    const source = new ExampleSource();
    const feed = new RunsFeed();
    for (let second = 0; second < 300; second++) {
      source.change({ runs: [{ ...exampleRun(), runId: `run-${second}` }] });
      feed.observe(source, second * 1000);
    }
    const ended = feed.snapshot().runs.filter(({ state }) => state === 'ended');
    assert.deepEqual([ended.length, ended.at(-1)?.runId], [10, 'run-298']);
  });

  it('gives at most as many as a message takes, active ones first, and says which are gone', () => {
    const source = new ExampleSource();
    const feed = new RunsFeed();
    source.recentRuns = Array.from({ length: 300 }, (_, n) => exampleRunRecord({ runId: `old-${n}` }));
    feed.observe(source, 0);
    const { runs } = feed.snapshot();
    assert.equal(runs.length, bounds.runs);
    assert.equal(runs[0]?.runId, 'run-1');
    source.recentRuns = [];
    feed.observe(source, 0);
    assert.equal(feed.delta()?.gone.length, bounds.runs - 1);
  });
});

describe('the feed of throughput', () => {
  it('samples once a second, sums the runs of a tenant, and sends each sample once', () => {
    const source = new ExampleSource();
    source.change({ runs: [exampleRun(), { ...exampleRun(), runId: 'run-2' }] });
    const feed = new ThroughputFeed();
    for (const now of [0, 250, 500, 750, 1000]) feed.observe(source, now);
    assert.deepEqual(
      feed.delta()?.samples.map(({ time, rates }) => [time, rates[0]?.rows]),
      [
        [0, 82_400],
        [1000, 82_400],
      ],
    );
    assert.equal(feed.delta(), undefined);
    assert.deepEqual(feed.snapshot().times, [0, 1000]);
  });

  it('is at zero while nothing runs', () => {
    const feed = new ThroughputFeed();
    feed.observe(undefined, 0);
    assert.deepEqual(feed.delta()?.samples, [{ time: 0, rates: [] }]);
  });
});

describe('the feed of the platform', () => {
  it('says that there is none, and what stands in its tenants’ way when there is one', () => {
    const feed = new PlatformFeed();
    feed.observe(undefined);
    assert.equal(feed.snapshot().state, 'none');
    const source = new ExampleSource();
    const tenant = {
      registered: true,
      enabled: true,
      plan: null,
      apps: [],
      runningFiles: 0,
      refusedFiles: 0,
      deferredFiles: 0,
    };
    source.change({
      tenants: Array.from({ length: 30 }, (_, n) => ({
        ...tenant,
        tenant: `t${n}`,
        problem: { code: 'PROFILE_INVALID', message: 'broken', hint: 'Mend it.' },
        waitingFiles: 2,
        waitingBytes: 10,
      })),
    });
    feed.observe(source);
    const view = feed.delta();
    assert.deepEqual([view?.waitingFiles, view?.waitingBytes, view?.tenants], [60, 300, 30]);
    assert.deepEqual([view?.problems.length, view?.moreProblems], [bounds.problems, 30 - bounds.problems]);
    assert.equal(feed.delta(), undefined);
  });
});

describe('the feed of statistics', () => {
  it('shows the tenants with most data when there are too many, by name', () => {
    const source = new ExampleSource();
    const byTenant = Array.from({ length: bounds.tenants + 5 }, (_, n) => ({
      key: `t${n.toString().padStart(3, '0')}`,
      statistics: { ...noStatistics(), fileBytes: n },
    }));
    source.statistics = { total: noStatistics(), byTenant, byApp: [], byDay: [] };
    const feed = new StatisticsFeed();
    feed.observe(source);
    const view = feed.snapshot();
    assert.equal(view.moreTenants, 5);
    assert.equal(view.tenants[0]?.tenant, 't005');
    assert.equal(view.tenants.at(-1)?.tenant, 't204');
  });
});

describe('the feed of platforms', () => {
  it('names those of the workspace, and the one that is shown', () => {
    const source = new ExampleSource();
    const feed = new PlatformsFeed({ all: () => [source] });
    feed.observe(undefined);
    assert.equal(feed.snapshot().shown, null);
    feed.observe(source);
    const { root } = source.folder;
    assert.deepEqual(feed.delta(), { platforms: [{ name: 'platform', folder: root }], shown: root });
    assert.equal(feed.delta(), undefined);
  });

  it('gives no name, and no endpoint of a service, that is longer than the panel takes', () => {
    const long = 'n'.repeat(250);
    const source = new ExampleSource();
    source.name = long;
    source.folder = new PlatformFolder(`/${long}`);
    const service = { service: 'cassandra', state: 'running', restarts: 0, image: '', container: null } as const;
    source.change({
      platform: long,
      services: [{ ...service, endpoint: `${long}:9042`, version: long, problem: null }],
    });
    const feeds = {
      platforms: new PlatformsFeed({ all: () => [source] }),
      platform: new PlatformFeed(),
      services: new ServicesFeed(),
    };
    for (const [part, feed] of Object.entries(feeds)) {
      feed.observe(source);
      const message = toPanel.parse({ type: 'delta', sequence: 1, parts: { [part]: feed.snapshot() } });
      assert.match(JSON.stringify(message), /"n{199}…"/);
    }
    source.status = undefined;
    feeds.platform.observe(source);
    assert.equal(feeds.platform.snapshot().name.length, bounds.name);
  });
});
