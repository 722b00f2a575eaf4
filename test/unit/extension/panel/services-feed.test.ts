import assert from 'node:assert/strict';
import { ServicesFeed } from '../../../../src/extension/panel/services-feed.ts';
import type { ServiceStatus } from '../../../../src/protocol/services.ts';
import { ExampleSource } from './example-source.ts';

const cassandra: ServiceStatus = {
  service: 'cassandra-1',
  state: 'running',
  endpoint: '127.0.0.1:9042',
  image: 'cassandra:5.0',
  version: '5.0.5',
  container: 'mysimbdp-1-cassandra-1',
  restarts: 1,
  problem: null,
};

describe('the feed of services', () => {
  let source: ExampleSource;
  let feed: ServicesFeed;
  beforeEach(() => {
    source = new ExampleSource();
    source.change({ services: [cassandra] });
    feed = new ServicesFeed();
    feed.observe(source);
  });

  it('tells how each is, and what it takes as far as that is known', () => {
    const [before] = feed.snapshot().services;
    assert.deepEqual(
      [before?.service, before?.state, before?.restarts, before?.usage],
      ['cassandra-1', 'running', 1, null],
    );
    const usage = { cpus: 0.256, memoryBytes: 5, memoryLimitBytes: 10, diskBytes: null };
    source.usage = [{ service: 'cassandra-1', ...usage }];
    feed.observe(source);
    assert.deepEqual(feed.delta()?.services[0]?.usage, { ...usage, cpus: 0.26 });
    assert.equal(feed.delta(), undefined);
  });

  it('has the usage asked for only while the panel is seen, and only of the platform that is shown', () => {
    assert.equal(source.watchers, 0);
    feed.setSeen(true);
    feed.setSeen(true);
    assert.equal(source.watchers, 1);
    const other = new ExampleSource();
    feed.observe(other);
    assert.deepEqual([source.watchers, other.watchers], [0, 1]);
    feed.setSeen(false);
    assert.equal(other.watchers, 0);
    feed.setSeen(true);
    feed.dispose();
    assert.equal(other.watchers, 0);
  });

  it('is empty without a platform', () => {
    feed.observe(undefined);
    assert.deepEqual(feed.delta(), { services: [] });
  });
});
