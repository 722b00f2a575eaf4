import assert from 'node:assert/strict';
import { types, type Client } from 'cassandra-driver';
import kafkajs from 'kafkajs';
import { until } from '../../src/foundation/deadlines.ts';
import type { ServiceStatus } from '../../src/protocol/services.ts';
import { connectCassandra } from '../docker/harness/cassandra-client.ts';
import { useDocker } from '../docker/harness/use-docker.ts';
import type { PlatformFixture } from '../platform/platform-fixture.ts';

describe('three nodes of Cassandra and three brokers of Kafka', function () {
  this.timeout(300_000);
  const docker = useDocker();
  let platform: PlatformFixture;
  let cassandra: Client;
  before(async () => {
    platform = await docker.platform([], '{ nodes: 3, brokers: 3 }');
    await platform.up();
    cassandra = await connectCassandra(platform.folder, (await docker.credentials(platform)).cassandra);
  });
  after(() => cassandra.shutdown());

  async function services(): Promise<ServiceStatus[]> {
    return (await (await platform.up()).controlPlane.status()).services;
  }

  const containerOf = async (service: string) =>
    docker.engine.docker.getContainer(await docker.container(platform, service));

  async function kafka(): Promise<kafkajs.Kafka> {
    const { admin } = (await docker.credentials(platform)).kafka;
    const brokers = (await services()).filter(({ service }) => service.startsWith('kafka'));
    return new kafkajs.Kafka({
      brokers: brokers.map(({ endpoint }) => endpoint ?? ''),
      sasl: { mechanism: 'scram-sha-512', username: admin.user, password: admin.password },
      logLevel: kafkajs.logLevel.NOTHING,
    });
  }

  /** Rows of the table, when as many replicas answer. Nodes that have not noticed yet that one is gone wait for it. */
  const rows = (consistency: types.consistencies, count: number) =>
    until(60_000, `${count} rows`, () =>
      cassandra.execute('SELECT id FROM kept.items', [], { consistency }).then(
        ({ rowLength }) => rowLength === count,
        () => false,
      ),
    );

  const insert = (id: number) =>
    cassandra.execute('INSERT INTO kept.items (id) VALUES (?)', [id], {
      consistency: types.consistencies.localQuorum,
      prepare: true,
      isIdempotent: true,
    });

  /** Waits until the services have been started again and are well. */
  const back = (...restarted: string[]) =>
    until(180_000, `${restarted.join(' and ')} to be back`, async () =>
      (await services())
        .filter(({ service }) => restarted.includes(service))
        .every(({ state, restarts, problem }) => state === 'running' && restarts > 0 && problem === null),
    );

  it('keep three copies of everything, of which two are enough', async () => {
    await cassandra.execute(
      "CREATE KEYSPACE kept WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3} AND durable_writes = true",
    );
    await cassandra.execute('CREATE TABLE kept.items (id int PRIMARY KEY)');
    await insert(1);
    const admin = (await kafka()).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 3 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: ['kept'] });
    assert.ok(topics[0]?.partitions.every(({ replicas }) => replicas.length === 3));
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: 'kept', configNames: ['min.insync.replicas'] }],
    });
    assert.equal(resources[0]?.configEntries[0]?.configValue, '2');
    await admin.disconnect();
  });

  it('answer while one of each kind is gone, which then comes back by itself', async () => {
    const gone = ['cassandra-2', 'kafka-2'];
    for (const service of gone) await (await containerOf(service)).kill();
    await rows(types.consistencies.localQuorum, 1);
    await insert(2);
    const producer = (await kafka()).producer();
    await producer.connect();
    const messages = [0, 1, 2].map((partition) => ({ partition, value: 'x' }));
    await producer.send({ topic: 'kept', acks: -1, messages });
    await producer.disconnect();
    await back(...gone);
    await rows(types.consistencies.all, 2);
  });

  it('give a node its data again that has lost it', async () => {
    const lost = await containerOf('cassandra-3');
    await lost.remove({ force: true });
    await docker.engine.docker.getVolume(await docker.container(platform, 'cassandra-3')).remove();
    await back('cassandra-3');
    assert.match(await platform.read('.mysimbdp/logs/platform.log'), /"type":"service-data-lost".*cassandra-3/);
    await rows(types.consistencies.all, 2);
  });

  it('keep their data over a restart', async () => {
    await cassandra.shutdown();
    await platform.down();
    await platform.up();
    cassandra = await connectCassandra(platform.folder, (await docker.credentials(platform)).cassandra);
    await rows(types.consistencies.all, 2);
  });
});
