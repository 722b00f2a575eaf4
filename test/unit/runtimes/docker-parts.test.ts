import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cassandraService } from '../../../src/runtimes/docker/cassandra-service.ts';
import { ensureCredentials, readCredentials } from '../../../src/runtimes/docker/credentials.ts';
import { PullState } from '../../../src/runtimes/docker/images.ts';
import { kafkaService } from '../../../src/runtimes/docker/kafka-service.ts';
import { planMemory } from '../../../src/runtimes/docker/memory-plan.ts';
import { serviceEnded } from '../../../src/runtimes/docker/service-faults.ts';
import { specHash } from '../../../src/runtimes/docker/service-spec.ts';

describe('the credentials of services', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'mysimbdp-credentials-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are made once, and only their user can read them', async () => {
    const file = join(folder, 'state', 'services.json');
    assert.equal(await readCredentials(file), undefined);
    const made = await ensureCredentials(file);
    assert.deepEqual(await ensureCredentials(file), made);
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

describe('the memory of services', () => {
  const gib = 2 ** 30;
  it('is a share of the machine, within bounds, and half of it heap', () => {
    const { cassandra, kafka } = planMemory(16 * gib, { cassandra: 1, kafka: 1 });
    assert.deepEqual(cassandra, { limitMb: 4096, heapMb: 2048 });
    assert.deepEqual(kafka, { limitMb: 1365, heapMb: 683 });
    assert.equal(planMemory(2 * gib, { cassandra: 1, kafka: 1 }).cassandra.limitMb, 1024);
    assert.equal(planMemory(512 * gib, { cassandra: 1, kafka: 1 }).cassandra.limitMb, 8192);
    assert.equal(planMemory(24 * gib, { cassandra: 3, kafka: 3 }).cassandra.limitMb, 2048);
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
    assert.equal(code(143), 'SERVICE_STOPPED');
    assert.equal(code(3, false, ['java.io.IOException: No space left on device']), 'SERVICE_DISK_FULL');
    assert.equal(code(1), 'SERVICE_CRASHED');
    const crashed = serviceEnded('kafka-1', { exitCode: 1, oomKilled: false }, ['first', 'last words']);
    assert.match(crashed.hint ?? '', /last words/);
  });
});
