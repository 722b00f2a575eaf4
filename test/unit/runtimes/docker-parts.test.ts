import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cassandraService, type CassandraNode } from '../../../src/runtimes/docker/cassandra-service.ts';
import { ensureCredentials, readCredentials, rememberData } from '../../../src/runtimes/docker/credentials.ts';
import { PullState } from '../../../src/runtimes/docker/images.ts';
import { kafkaService } from '../../../src/runtimes/docker/kafka-service.ts';
import { planMemory, totalMemoryMb } from '../../../src/runtimes/docker/memory-plan.ts';
import { serviceEnded } from '../../../src/runtimes/docker/service-faults.ts';
import { specHash, type ServiceSpec } from '../../../src/runtimes/docker/service-spec.ts';
import { addressTranslator } from '../../../src/runtimes/published-addresses.ts';

describe('the credentials of services', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'mysimbdp-credentials-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are made once, and only their user can read them', async () => {
    const file = join(folder, 'state', 'services.json');
    assert.equal(await readCredentials(file), undefined);
    const made = await ensureCredentials(file);
    assert.deepEqual(await ensureCredentials(file), made);
    await rememberData(file, ['kafka-1']);
    assert.deepEqual(await ensureCredentials(file), { ...made, withData: ['kafka-1'] });
    assert.notDeepEqual(await ensureCredentials(join(folder, 'other.json')), made);
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('are not made anew over a file that cannot be understood: the data belongs to what is in it', async () => {
    const file = join(folder, 'services.json');
    await writeFile(file, '{"id": "x"}');
    await assert.rejects(ensureCredentials(file), { code: 'CREDENTIALS_UNREADABLE', message: /services\.json/ });
  });
});

describe('what the engine is told of a service', () => {
  const memory = { limitMb: 2048, heapMb: 1024 };
  const one = { prefix: 'mysimbdp-0123456789ab', image: 'image:1', node: 1, nodes: 1, hostPort: 40_000, memory };
  const credentials = {
    clusterId: 'cluster',
    admin: { user: 'mysimbdp', password: 'admin-secret' },
    broker: { user: 'broker', password: 'broker-secret' },
  };
  const kafka = kafkaService({ ...one, credentials });

  it('has no secret in the environment, which everybody sees who may look at the container', () => {
    const shown = JSON.stringify({ ...kafka, files: kafka.files.map(({ path, mode }) => ({ path, mode })) });
    assert.doesNotMatch(shown, /(admin|broker)-secret/);
    assert.ok(kafka.files.every(({ mode }) => mode === 0o400));
    assert.doesNotMatch(JSON.stringify(cassandraService(one)), /password=/i);
  });

  it('leads clients of this machine to the published port, and containers to the container', () => {
    const listeners = kafka.environment.KAFKA_ADVERTISED_LISTENERS?.split(',') ?? [];
    assert.ok(listeners.includes('HOST://127.0.0.1:40000'));
    assert.ok(listeners.includes('CONTAINER://mysimbdp-0123456789ab-kafka-1:9093'));
  });

  it('is another one when anything in it is', () => {
    assert.equal(specHash(cassandraService(one)), specHash(cassandraService(one)));
    assert.notEqual(specHash(cassandraService(one)), specHash(cassandraService({ ...one, image: 'image:2' })));
    const changed = { ...credentials, broker: { user: 'broker', password: 'other' } };
    assert.notEqual(specHash(kafka), specHash(kafkaService({ ...one, credentials: changed })));
  });
});

describe('the servers of a cluster', () => {
  const memory = { limitMb: 2048, heapMb: 1024 };
  const credentials = {
    clusterId: 'cluster',
    admin: { user: 'mysimbdp', password: 'admin-secret' },
    broker: { user: 'broker', password: 'broker-secret' },
  };
  const all = [1, 2, 3].map((node) => ({
    prefix: 'p',
    image: 'image:1',
    node,
    nodes: 3,
    hostPort: 40_000 + node,
    memory,
  }));
  const nodes = all.map((one) => cassandraService({ ...one, address: `10.0.0.${one.node}` }));
  const brokers = all.map((one) => kafkaService({ ...one, credentials }));
  const options = (spec: ServiceSpec) => spec.environment.JVM_EXTRA_OPTS ?? '';

  it('have three copies of everything in Kafka, of which two have to be written', () => {
    for (const { environment } of brokers) {
      assert.equal(environment.KAFKA_CONTROLLER_QUORUM_VOTERS, '1@p-kafka-1:9095,2@p-kafka-2:9095,3@p-kafka-3:9095');
      for (const of of ['DEFAULT', 'OFFSETS_TOPIC', 'TRANSACTION_STATE_LOG'])
        assert.equal(environment[`KAFKA_${of}_REPLICATION_FACTOR`], '3');
      assert.equal(environment.KAFKA_MIN_INSYNC_REPLICAS, '2');
      assert.equal(environment.KAFKA_TRANSACTION_STATE_LOG_MIN_ISR, '2');
    }
    const advertised = brokers.map(({ environment }) => environment.KAFKA_ADVERTISED_LISTENERS?.split(',')[0]);
    assert.deepEqual(advertised, ['HOST://127.0.0.1:40001', 'HOST://127.0.0.1:40002', 'HOST://127.0.0.1:40003']);
  });

  it('share the ring of Cassandra evenly, each in a rack and at an address of its own', () => {
    const tokens = nodes.map((node) => BigInt(/initial_token=(\S+)/.exec(options(node))?.[1] ?? ''));
    assert.deepEqual(tokens, [-6148914691236517206n, 0n, 6148914691236517205n]);
    assert.deepEqual(
      nodes.map(({ environment, address }) => [environment.CASSANDRA_RACK, address]),
      [1, 2, 3].map((node) => [`rack${node}`, `10.0.0.${node}`]),
    );
    assert.ok(nodes.every((node) => !options(node).includes('skip_wait_for_gossip_to_settle')));
  });

  it('take their own place again when their data is gone, from the others', () => {
    const lost = cassandraService({ ...all[1], address: '10.0.0.2', lost: true } as CassandraNode);
    assert.equal(lost.environment.CASSANDRA_SEEDS, 'p-cassandra-1,p-cassandra-3');
    assert.match(options(lost), /replace_address_first_boot=10\.0\.0\.2 /);
    assert.doesNotMatch(options(lost), /initial_token/);
  });

  it('are found by drivers of this machine at their published ports', async () => {
    const translator = await addressTranslator({ '10.0.0.2': '127.0.0.1:40002' });
    const translated = (address: string) => {
      let endpoint = '';
      translator.translate(address, 9042, (one: string) => (endpoint = one));
      return endpoint;
    };
    assert.equal(translated('10.0.0.2'), '127.0.0.1:40002');
    assert.equal(translated('10.0.0.9'), '10.0.0.9:9042');
  });
});

describe('the memory of services', () => {
  const gib = 2 ** 30;
  it('is a share of the machine, within bounds, and half of it heap', () => {
    const { cassandra, kafka } = planMemory(16 * gib, { cassandra: 1, kafka: 1 });
    assert.deepEqual(cassandra, { limitMb: 4096, heapMb: 2048 });
    assert.deepEqual(kafka, { limitMb: 1365, heapMb: 683 });
    assert.equal(planMemory(2 * gib, { cassandra: 1, kafka: 1 }).cassandra.limitMb, 1024);
    assert.equal(planMemory(512 * gib, { cassandra: 1, kafka: 1 }).cassandra.limitMb, 8192);
    const three = { cassandra: 3, kafka: 3 };
    assert.equal(planMemory(24 * gib, three).cassandra.limitMb, 2048);
    // The least that six servers can live on: too much for a machine of 4 GiB.
    assert.equal(totalMemoryMb(planMemory(4 * gib, three), three), 3 * 1024 + 3 * 768);
  });
});

describe('the download of an image', () => {
  it('adds up what its layers say', () => {
    const state = new PullState('cassandra:5.0');
    const layer = (id: string, status: string, current?: number, total?: number) =>
      state.take({ id, status, progressDetail: { ...(current && { current }), ...(total && { total }) } });
    state.take({ id: '5.0', status: 'Pulling from library/cassandra' });
    layer('a', 'Already exists');
    layer('b', 'Pulling fs layer');
    layer('c', 'Downloading', 30, 100);
    layer('b', 'Downloading', 10, 50);
    assert.deepEqual(state.progress(), { image: 'cassandra:5.0', doneLayers: 1, layers: 3, doneBytes: 40, bytes: 150 });
    layer('c', 'Download complete');
    layer('c', 'Extracting', 1, 2);
    layer('c', 'Pull complete');
    assert.deepEqual(state.progress(), {
      image: 'cassandra:5.0',
      doneLayers: 2,
      layers: 3,
      doneBytes: 110,
      bytes: 150,
    });
  });

  it('fails with the error that comes among the events', () => {
    assert.throws(() => new PullState('x').take({ error: 'unauthorized' }), /unauthorized/);
  });
});

describe('the end of a service', () => {
  const code = (exitCode: number, oomKilled = false, last: string[] = []) =>
    serviceEnded('cassandra-1', { exitCode, oomKilled }, last).code;
  it('is told apart by its exit code: killed, out of memory, stopped, crashed, disk full', () => {
    assert.equal(code(137), 'SERVICE_KILLED');
    assert.equal(code(137, true), 'SERVICE_OUT_OF_MEMORY');
    // It was another process of the container, earlier, that the kernel has ended.
    assert.equal(code(143, true), 'SERVICE_STOPPED');
    assert.equal(code(143), 'SERVICE_STOPPED');
    assert.equal(code(3, false, ['java.io.IOException: No space left on device']), 'SERVICE_DISK_FULL');
    assert.equal(code(1), 'SERVICE_CRASHED');
    const crashed = serviceEnded('kafka-1', { exitCode: 1, oomKilled: false }, ['first', 'last words']);
    assert.match(crashed.hint ?? '', /last words/);
  });
});
