import assert from 'node:assert/strict';
import { cassandraService } from '../../../src/runtimes/docker/cassandra-service.ts';
import { containerOptions, networkOptions } from '../../../src/runtimes/docker/container-options.ts';
import type { Credentials } from '../../../src/runtimes/docker/credentials.ts';
import { kafkaService } from '../../../src/runtimes/docker/kafka-service.ts';
import { planMemory } from '../../../src/runtimes/docker/memory-plan.ts';
import type { ServiceSpec } from '../../../src/runtimes/docker/service-spec.ts';
import { defaults } from '../../../src/tenants/defaults.ts';
import {
  composeContainer,
  composeFiles,
  composeNetwork,
  readCompose,
  type ComposeFile,
} from '../../docker/harness/compose-file.ts';

// What differs from the runtime, and why:
// - names begin with `mysimbdp`, without the id of a platform: the file belongs to none. It has no labels for the same reason, so
//   neither finds or removes what the other has made;
// - ports are those of the protocols, or of .env: Compose cannot choose a free one and tell Kafka of it;
// - memory is that of a machine of 8 GiB, for Compose does not ask the engine how much there is;
// - the engine restarts what ends (`restart`): nobody else watches;
// - passwords are in .env, and two containers that end at once do with them what the runtime does by its own connections;
// - the cluster id of Kafka is in the file: it is no secret, and has to stay the same.
describe('docker/compose.yaml', () => {
  const prefix = 'mysimbdp';
  const passwords = { CASSANDRA_PASSWORD: 'one', KAFKA_ADMIN_PASSWORD: 'two', KAFKA_BROKER_PASSWORD: 'three' };
  const memory = planMemory(8 * 2 ** 30, { cassandra: 1, kafka: 1 });
  const { images } = defaults.runtime.docker;
  const one = { prefix, node: 1, nodes: 1 };
  let compose: ComposeFile;
  let services: [cassandra: ServiceSpec, kafka: ServiceSpec];
  before(async () => {
    compose = await readCompose(passwords);
    const credentials: Credentials['kafka'] = {
      clusterId: compose.services['kafka-1']?.environment?.CLUSTER_ID ?? '',
      admin: { user: 'mysimbdp-admin', password: passwords.KAFKA_ADMIN_PASSWORD },
      broker: { user: 'mysimbdp-broker', password: passwords.KAFKA_BROKER_PASSWORD },
    };
    services = [
      cassandraService({ ...one, image: images.cassandra, hostPort: 9042, memory: memory.cassandra }),
      kafkaService({ ...one, image: images.kafka, hostPort: 9092, memory: memory.kafka, credentials }),
    ];
  });

  it('asks the engine for the containers that the runtime asks for', () => {
    for (const spec of services) {
      assert.deepEqual(composeContainer(compose, spec.service), containerOptions(spec, prefix));
    }
  });

  it('puts the same files into them, readable by the server only', () => {
    for (const spec of services) assert.deepEqual(composeFiles(compose, spec.service), spec.files);
  });

  it('makes the same network, and volumes of the same names', () => {
    const { CheckDuplicate, ...network } = networkOptions(prefix);
    assert.equal(CheckDuplicate, true);
    assert.deepEqual(composeNetwork(compose, 'platform'), network);
    assert.deepEqual(
      Object.values(compose.volumes).map(({ name }) => name),
      services.map(({ name }) => name),
    );
  });

  it('lets other images and ports be chosen, in each place that has them', async () => {
    const chosen = { CASSANDRA_IMAGE: 'a:1', KAFKA_IMAGE: 'b:1', CASSANDRA_PORT: '11', KAFKA_PORT: '12' };
    const other = await readCompose({ ...passwords, ...chosen });
    const all = JSON.stringify(other);
    for (const text of [images.cassandra, images.kafka, '127.0.0.1:9042:', '127.0.0.1:9092'])
      assert.ok(!all.includes(text), text);
    assert.match(
      other.services['kafka-1']?.environment?.KAFKA_ADVERTISED_LISTENERS ?? '',
      /^HOST:\/\/127\.0\.0\.1:12,/,
    );
  });

  it('does not start without its passwords, and has them in files only', async () => {
    for (const missing of Object.keys(passwords)) {
      await assert.rejects(readCompose({ ...passwords, [missing]: '' }), new RegExp(`${missing}: see README`));
    }
    const secret = { CASSANDRA_PASSWORD: 'secret', KAFKA_ADMIN_PASSWORD: 'secret', KAFKA_BROKER_PASSWORD: 'secret' };
    const shown = await readCompose(secret);
    assert.doesNotMatch(JSON.stringify(shown.services), /secret[^s/]/);
  });
});
