import assert from 'node:assert/strict';
import type { Feeds } from '../../../../src/extension/panel/feed.ts';
import { LogFeed } from '../../../../src/extension/panel/log-feed.ts';
import { PanelLink } from '../../../../src/extension/panel/panel-link.ts';
import { toPanel, type ToPanel } from '../../../../src/extension/panel/panel-protocol.ts';
import { PlatformsFeed } from '../../../../src/extension/panel/platforms-feed.ts';
import { PlatformFeed } from '../../../../src/extension/panel/platform-feed.ts';
import { RunsFeed } from '../../../../src/extension/panel/runs-feed.ts';
import { ServicesFeed } from '../../../../src/extension/panel/services-feed.ts';
import { StatisticsFeed } from '../../../../src/extension/panel/statistics-feed.ts';
import { ThroughputFeed } from '../../../../src/extension/panel/throughput-feed.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import { ExampleSource } from './example-source.ts';

const filter = { level: 'info', tenant: null } as const;

describe('the link to the panel', () => {
  let source: ExampleSource;
  let sent: ToPanel[];
  let now: number;
  let take: () => Promise<unknown>;
  let link: PanelLink;

  beforeEach(() => {
    source = new ExampleSource();
    sent = [];
    now = 0;
    take = () => Promise.resolve(true);
    const feeds: Feeds = {
      platforms: new PlatformsFeed({ all: () => [source] }),
      platform: new PlatformFeed(),
      throughput: new ThroughputFeed(),
      runs: new RunsFeed(),
      services: new ServicesFeed(),
      statistics: new StatisticsFeed(),
      log: new LogFeed(),
    };
    link = new PanelLink({
      feeds,
      source: () => source,
      now: () => now,
      send: (message) => {
        sent.push(toPanel.parse(message));
        return take();
      },
    });
  });
  afterEach(() => link.dispose());

  /** Time goes on in ticks, and what was sent arrives. */
  async function pass(ms: number): Promise<void> {
    for (const end = now + ms; now < end;) {
      now += 250;
      link.tick();
      await Promise.resolve();
      await Promise.resolve();
    }
  }

  it('sends nothing before the panel is ready, then everything, then what has changed', async () => {
    await pass(2000);
    assert.equal(sent.length, 0);
    link.ready(filter);
    await pass(250);
    source.change({ runs: [] });
    await pass(250);
    assert.equal(sent[0]?.type, 'snapshot');
    const last = sent.at(-1);
    assert.ok(last?.type === 'delta');
    assert.equal(last.parts.platform?.activeRuns, 0);
  });

  it('numbers its messages without a gap, and sends at most four a second however much changes', async () => {
    link.ready(filter);
    const before = sent.length;
    for (let second = 0; second < 5; second++) {
      for (let change = 0; change < 100; change++) source.change({ eventLoopDelayP99Ms: change });
      await pass(1000);
    }
    assert.ok(sent.length - before <= 20, `${sent.length - before} messages in five seconds`);
    assert.deepEqual(
      sent.map(({ sequence }) => sequence),
      sent.map((_, index) => index + 1),
    );
  });

  it('waits for the panel to take a message before the next, which then has all that changed', async () => {
    let taken: (value: unknown) => void = () => undefined;
    link.ready(filter);
    await pass(250);
    take = () => new Promise((resolve) => (taken = resolve));
    source.change({ eventLoopDelayP99Ms: 2 });
    await pass(250);
    const count = sent.length;
    source.change({ eventLoopDelayP99Ms: 3 });
    await pass(2000);
    assert.equal(sent.length, count, 'sent while one was on its way');
    taken(true);
    await pass(500);
    const last = sent.at(-1);
    assert.equal(last?.type === 'delta' && last.parts.platform?.eventLoopDelayP99Ms, 3);
  });

  it('is silent while the panel is hidden, and goes on measuring for the snapshot of its return', async () => {
    link.ready(filter);
    await pass(250);
    assert.equal(source.watchers, 1);
    link.hide();
    assert.equal(source.watchers, 0);
    const count = sent.length;
    await pass(5000);
    assert.equal(sent.length, count);
    link.ready(filter);
    const snapshot = sent.at(-1);
    assert.ok(snapshot?.type === 'snapshot');
    assert.ok(snapshot.parts.throughput.times.length >= 5);
  });

  it('sends everything anew when another platform is shown, with nothing of the one before', async () => {
    link.ready(filter);
    await pass(2000);
    const [first, other] = [source, new ExampleSource()];
    other.folder = new PlatformFolder('/other');
    source = other;
    await pass(250);
    const snapshot = sent.at(-1);
    assert.ok(snapshot?.type === 'snapshot');
    assert.deepEqual(snapshot.parts.platforms.shown, other.folder.root);
    assert.equal(snapshot.parts.throughput.times.length, 1);
    assert.equal(first.listeners, 0);
    await pass(1000);
    assert.equal(sent.at(-1)?.type, 'delta');
  });

  it('listens to the source of now only', async () => {
    const first = source;
    await pass(250);
    assert.equal(first.listeners, 1);
    source = new ExampleSource();
    await pass(250);
    assert.deepEqual([first.listeners, source.listeners], [0, 1]);
    link.dispose();
    assert.equal(source.listeners, 0);
  });
});
