import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { Client } from 'cassandra-driver';
import kafkajs, { type SASLOptions } from 'kafkajs';
import { until } from '../../src/foundation/deadlines.ts';
import type { ServiceStatus } from '../../src/protocol/services.ts';
import type { PlatformFixture } from '../platform/platform-fixture.ts';
import { assertAccounted } from '../platform/platform-fixture.ts';
import { useDocker } from './harness/use-docker.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs;

const patienceMs = 90_000;
const signal = new AbortController().signal;

describe('the docker runtime', function () {
  this.timeout(180_000);
  const docker = useDocker();
  let platform: PlatformFixture;
  before(async () => (platform = await docker.platform([{ name: 'acme' }])));

  async function services(): Promise<Map<string, ServiceStatus>> {
    const { services: all } = await (await platform.up()).controlPlane.status();
    return new Map(all.map((service) => [service.service, service]));
  }

  async function service(
    name: string,
    suits: (status: ServiceStatus) => boolean,
    what: string,
  ): Promise<ServiceStatus> {
    return until(patienceMs, `${name} ${what}`, async () => {
      const status = (await services()).get(name);
      return status && suits(status) ? status : undefined;
    });
  }

  const running = (name: string) => service(name, ({ state, problem }) => state === 'running' && !problem, 'running');

  async function cassandra<T>(
    { user, password }: { user: string; password: string },
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const { endpoint } = await running('cassandra-1');
    const client = new Client({
      contactPoints: [endpoint ?? ''],
      localDataCenter: 'dc1',
      credentials: { username: user, password },
    });
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.shutdown();
    }
  }

  async function kafka(sasl: SASLOptions | undefined): Promise<kafkajs.Kafka> {
    const { endpoint } = await running('kafka-1');
    return new Kafka({
      brokers: [endpoint ?? ''],
      ...(sasl && { sasl }),
      logLevel: logLevel.NOTHING,
      connectionTimeout: 3000,
      retry: { retries: 0 },
    });
  }

  const superuser = async () => (await docker.credentials(platform)).cassandra;

  it('brings up Cassandra and Kafka, asks both a real question, and says where they are', async () => {
    const stages: string[] = [];
    await platform.up({ onServiceProgress: ({ service: name, stage }) => stages.push(`${name} ${stage}`) });
    for (const name of ['cassandra-1', 'kafka-1']) {
      const { endpoint, version, restarts } = await running(name);
      assert.match(endpoint ?? '', /^127\.0\.0\.1:\d+$/);
      assert.match(version ?? '', /^\d+\.\d+\.\d+/);
      assert.equal(restarts, 0);
      const own = stages.filter((stage) => stage.startsWith(name)).map((stage) => stage.split(' ')[1]);
      assert.deepEqual(own, ['image', 'container', 'listening', 'login', 'ready']);
    }
  });

  it('publishes on the loopback address only', async () => {
    for (const name of ['cassandra-1', 'kafka-1']) {
      const info = await docker.engine.docker.getContainer(await docker.container(platform, name)).inspect();
      const ports = info.NetworkSettings.Ports as Record<string, { HostIp: string }[] | null>;
      const published = Object.values(ports).flatMap((bindings) => bindings ?? []);
      assert.deepEqual(
        published.map(({ HostIp }) => HostIp),
        ['127.0.0.1'],
      );
    }
  });

  it('lets into Cassandra only its own superuser: neither the default one nor somebody without a password', async () => {
    const roles = await cassandra(await superuser(), (client) => client.execute('SELECT role FROM system_auth.roles'));
    assert.deepEqual(
      roles.rows.map((row) => row.get('role') as string),
      ['mysimbdp__admin'],
    );
    await until(10_000, 'the refusal of the default superuser', () =>
      cassandra({ user: 'cassandra', password: 'cassandra' }, () => Promise.resolve(false)).catch(() => true),
    );
    await assert.rejects(cassandra({ user: 'mysimbdp__admin', password: 'wrong' }, () => Promise.resolve()));
  });

  it('lets into Kafka only those who log in, and who then may do what ACLs allow', async () => {
    const { admin: account } = (await docker.credentials(platform)).kafka;
    const sasl: SASLOptions = { mechanism: 'scram-sha-512', username: account.user, password: account.password };
    const topicsSeenBy = async (login: SASLOptions | undefined) => {
      const admin = (await kafka(login)).admin();
      try {
        await admin.connect();
        return await admin.listTopics();
      } finally {
        await admin.disconnect();
      }
    };
    await assert.rejects(topicsSeenBy(undefined));
    await assert.rejects(topicsSeenBy({ ...sasl, password: 'wrong' }));
    const admin = (await kafka(sasl)).admin();
    await admin.connect();
    try {
      assert.equal(await admin.createTopics({ topics: [{ topic: 'acme.items', numPartitions: 2 }] }), true);
      assert.deepEqual(await admin.listTopics(), ['acme.items']);
      // Without an authorizer Kafka takes no ACLs at all, and every topic is everybody's.
      const readTopics = {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: 'acme.',
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        principal: 'User:acme',
        host: '*',
        operation: AclOperationTypes.READ,
        permissionType: AclPermissionTypes.ALLOW,
      };
      assert.equal(await admin.createAcls({ acl: [readTopics] }), true);
    } finally {
      await admin.disconnect();
    }
  });

  it('shows no secret to those who may look at the containers', async () => {
    const { cassandra: one, kafka: two } = await docker.credentials(platform);
    for (const name of ['cassandra-1', 'kafka-1']) {
      const container = docker.engine.docker.getContainer(await docker.container(platform, name));
      const shown = JSON.stringify(await container.inspect()) + JSON.stringify(await container.top());
      for (const { password } of [one, two.admin, two.broker]) assert.ok(!shown.includes(password), name);
    }
  });

  it('ingests beside them', async () => {
    const record = await platform.ingest('acme', 'a.csv', 'id,name\n1,one\n2,two\n');
    assertAccounted(record);
    assert.equal(record.counters.stored, 2);
  });

  it('says what each takes of the machine', async () => {
    const { startDockerServices } = await import('../../src/runtimes/docker/docker-services.ts');
    const { defaults } = await import('../../src/tenants/defaults.ts');
    const ignored = () => undefined;
    const held = await startDockerServices(
      platform.folder,
      { host: undefined, ...defaults.runtime.docker },
      { signal, onProgress: ignored, onChange: ignored, onEvent: ignored },
    );
    try {
      for (const { memoryBytes, memoryLimitBytes } of await held.usage()) {
        assert.ok(memoryBytes > 100e6);
        assert.ok(memoryBytes <= memoryLimitBytes);
      }
    } finally {
      await held.dispose();
    }
  });

  it('reads the log of a service', async () => {
    const { serviceLog } = await import('../../src/runtimes/docker/found-services.ts');
    const lines: string[] = [];
    const options = { lines: 20, follow: false };
    for await (const line of serviceLog(platform.folder, undefined, 'cassandra-1', options, signal)) lines.push(line);
    assert.equal(lines.length, 20);
    assert.ok(lines.some((line) => /INFO|DEBUG|WARN/.test(line)));
    const wrong = serviceLog(platform.folder, undefined, 'casandra-1', options, signal);
    await assert.rejects(wrong.next(), { code: 'UNKNOWN_SERVICE', hint: 'Did you mean "cassandra-1"?' });
  });

  it('starts a service again that was killed, and says so', async () => {
    await docker.engine.docker.getContainer(await docker.container(platform, 'kafka-1')).kill();
    const mended = await service('kafka-1', ({ state, restarts }) => state === 'running' && restarts === 1, 'up again');
    assert.equal(mended.problem, null);
    // It is in the status a moment before it is in the log.
    const log = await until(patienceMs, 'the restart in the log', async () => {
      const text = await platform.read('.mysimbdp/logs/platform.log');
      return text.includes('"type":"service-restarted"') ? text : false;
    });
    assert.match(log, /"type":"service-ended".*kafka-1 was killed \(exit code 137\)/);
  });

  it('makes a container anew that was removed, on the same data', async () => {
    await cassandra(await superuser(), async (client) => {
      await client.execute(
        "CREATE KEYSPACE kept WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1} AND durable_writes = true",
      );
    });
    await docker.engine.docker.getContainer(await docker.container(platform, 'cassandra-1')).remove({ force: true });
    await service('cassandra-1', ({ state, restarts }) => state === 'running' && restarts === 1, 'there again');
    await cassandra(await superuser(), (client) => client.execute('USE kept'));
  });

  it('tells that a service is paused, leaves it so, and goes on when it does', async () => {
    const container = docker.engine.docker.getContainer(await docker.container(platform, 'kafka-1'));
    await container.pause();
    const { problem } = await service('kafka-1', ({ state }) => state === 'stopped', 'paused');
    assert.equal(problem?.code, 'SERVICE_PAUSED');
    await container.unpause();
    await running('kafka-1');
  });

  it('stops the servers with the platform, keeps their data, and starts them on another port when theirs was taken', async () => {
    const { endpoint } = await running('cassandra-1');
    await platform.down();
    const container = await docker.container(platform, 'cassandra-1');
    assert.equal((await docker.engine.docker.getContainer(container).inspect()).State.Running, false);
    const taken = await listenOn(Number(endpoint?.split(':')[1]));
    try {
      assert.notEqual((await running('cassandra-1')).endpoint, endpoint);
      await cassandra(await superuser(), (client) => client.execute('USE kept'));
    } finally {
      taken.close();
    }
  });

  it('lets the servers go on when it is told to, and finds them again as they are', async () => {
    const before = await services();
    await (await platform.up()).stop({ keepServices: true });
    await platform.down();
    const name = await docker.container(platform, 'cassandra-1');
    const { State } = await docker.engine.docker.getContainer(name).inspect();
    assert.equal(State.Running, true);
    assert.equal((await running('cassandra-1')).endpoint, before.get('cassandra-1')?.endpoint);
    assert.equal((await docker.engine.docker.getContainer(name).inspect()).State.StartedAt, State.StartedAt);
  });
});

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => resolve(server));
  });
}
