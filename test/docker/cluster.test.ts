import assert from 'node:assert/strict';
import { types, type Client } from 'cassandra-driver';
import { until } from '../../src/foundation/deadlines.ts';
import type { PlatformFixture } from '../platform/platform-fixture.ts';
import { connectCassandra } from './harness/cassandra-client.ts';
import { useDocker } from './harness/use-docker.ts';

// Brokers, and how nodes come back, are in test/soak/clusters.test.ts: it takes longer than a change should wait.
describe('three nodes of Cassandra', function () {
  this.timeout(240_000);
  const docker = useDocker();
  let platform: PlatformFixture;
  let client: Client | undefined;
  before(async () => (platform = await docker.platform([], '{ nodes: 3 }')));
  after(() => client?.shutdown());

  it('come up together, are reached from this machine each by a port of its own, and all know the roles', async () => {
    const { services } = await (await platform.up()).controlPlane.status();
    const nodes = services.filter(({ service }) => service.startsWith('cassandra-'));
    assert.equal(nodes.length, 3);
    assert.ok(nodes.every(({ state, problem }) => state === 'running' && problem === null));

    client = await connectCassandra(platform.folder, (await docker.credentials(platform)).cassandra);
    const hosts = client.hosts.values().map(({ address }) => address);
    assert.deepEqual(hosts.sort(), nodes.map(({ endpoint }) => endpoint).sort());
    const ofAll = { consistency: types.consistencies.all };
    const { rows } = await client.execute('SELECT role FROM system_auth.roles', [], ofAll);
    assert.deepEqual(
      rows.map((row) => row.get('role') as string),
      ['mysimbdp__admin'],
    );
  });

  it('answer at LOCAL_QUORUM, and let in who has a login, while one is gone', async () => {
    await docker.engine.docker.getContainer(await docker.container(platform, 'cassandra-2')).kill();
    const options = { consistency: types.consistencies.localQuorum };
    // The others wait for the one that is gone until they have noticed.
    await until(30_000, 'an answer of two nodes', () =>
      client?.execute('SELECT role FROM system_auth.roles', [], options).then(
        ({ rowLength }) => rowLength === 1,
        () => false,
      ),
    );
    const another = await connectCassandra(platform.folder, (await docker.credentials(platform)).cassandra);
    await another.shutdown();
    // What is removed behind the suite need not end in order.
    await (await platform.up()).stop({ keepServices: true });
  });
});
