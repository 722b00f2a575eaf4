import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import { messageOf } from '../../src/foundation/errors.ts';
import type { ServiceStatus } from '../../src/protocol/services.ts';
import { prefixOf } from '../../src/runtimes/docker/containers.ts';
import { ensureCredentials } from '../../src/runtimes/docker/credentials.ts';
import { purgeServices } from '../../src/runtimes/docker/found-services.ts';
import { labels } from '../../src/runtimes/docker/service-spec.ts';
import { defaults } from '../../src/tenants/defaults.ts';
import { missing } from '../required.ts';
import { PlatformFixture } from '../platform/platform-fixture.ts';
import { OwnEngine } from './harness/own-engine.ts';
import { useDocker } from './harness/use-docker.ts';

const patienceMs = 90_000;
const mib = 2 ** 20;

describe('a platform whose servers meet trouble', function () {
  this.timeout(180_000);
  const docker = useDocker();
  let engine: OwnEngine | undefined;
  let platform: PlatformFixture;

  before(async function () {
    if (process.getuid?.() !== 0) return missing(this, 'docker', 'Only root can start an engine that a test may stop.');
    engine = await OwnEngine.create().catch((error: unknown) => missing(this, 'docker', messageOf(error)));
    await engine.take(Object.values(defaults.runtime.docker.images), docker.engine);
    platform = await PlatformFixture.create([], `runtime: { kind: docker, docker: { host: "${engine.host}" } }`);
  });
  after(async () => {
    if (!engine) return;
    try {
      await platform.down();
      await purgeServices(platform.folder, engine.host);
      await platform.dispose();
    } finally {
      await engine.dispose();
    }
  });

  const dockerode = async () => (await (engine as OwnEngine).connect()).docker;
  const prefix = async () => prefixOf((await ensureCredentials(platform.folder.servicesFile)).id);
  const containerOf = async (service: string) => (await dockerode()).getContainer(`${await prefix()}-${service}`);

  async function service(
    name: string,
    what: string,
    suits: (status: ServiceStatus) => boolean,
  ): Promise<ServiceStatus> {
    return until(patienceMs, `${name} ${what}`, async () => {
      const { services } = await (await platform.up()).controlPlane.status();
      return services.find((one) => one.service === name && suits(one));
    });
  }

  const backAgain = (name: string, restarts: number) =>
    service(name, 'up again', (one) => one.state === 'running' && one.restarts === restarts);

  /** Messages of a type in the platform's log, from the first on. */
  async function told(type: string): Promise<string[]> {
    const lines = (await platform.read('.mysimbdp/logs/platform.log')).trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { type: string; message?: string });
    return entries.filter((entry) => entry.type === type).map(({ message = '' }) => message);
  }

  /** Runs bash in a container, as root, and waits for its end. */
  async function bash(name: string, script: string): Promise<void> {
    const container = await containerOf(name);
    const exec = await container.exec({
      Cmd: ['bash', '-c', script],
      User: '0',
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({});
    await new Promise<void>((resolve) => stream.on('close', resolve).on('end', resolve).resume());
  }

  it('tells a server that was asked to end from one that was killed', async () => {
    // The volume of Kafka is a small one in memory, for what comes below.
    await (
      await dockerode()
    ).createVolume({
      Name: `${await prefix()}-kafka-1`,
      Labels: { [labels.platform]: (await ensureCredentials(platform.folder.servicesFile)).id },
      DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=64m,uid=1000,gid=1000' },
    });
    await platform.up();
    await (await containerOf('kafka-1')).kill({ signal: 'SIGTERM' });
    await backAgain('kafka-1', 1);
    assert.deepEqual(await told('service-ended'), ['kafka-1 was stopped from outside (exit code 143)']);
  });

  it('tells that the kernel ended a server for want of memory', async () => {
    const container = await containerOf('kafka-1');
    const { memory_stats } = await container.stats({ stream: false });
    const used = memory_stats.stats as { rss?: number; anon?: number };
    const limit = (used.rss ?? used.anon ?? 0) + 40 * mib;
    await container.update({ Memory: limit, MemorySwap: limit });
    // Less than the server has: the kernel ends the larger one.
    await bash('kafka-1', `printf -v x '%*s' ${120 * mib} ''`);
    await service('kafka-1', 'down', ({ restarts }) => restarts === 2);
    await container.update({ Memory: 768 * mib, MemorySwap: 768 * mib });
    await service('kafka-1', 'up again', ({ state }) => state === 'running');
    assert.match((await told('service-ended'))[1] ?? '', /^kafka-1 was ended for want of memory \(exit code 137\)$/);
  });

  it('tells that a volume is full', async () => {
    const { restarts } = await service('kafka-1', 'up', ({ state }) => state === 'running');
    await bash('kafka-1', 'cat /dev/zero > /var/lib/kafka/data/filler');
    await backAgain('kafka-1', restarts + 1);
    assert.equal((await told('service-ended')).at(-1), 'kafka-1 has no space left for its data');
  });

  it('says once that the engine is gone, and finds its servers again when it is back', async () => {
    await (engine as OwnEngine).stop();
    const { problem } = await service('cassandra-1', 'out of sight', ({ state }) => state === 'unreachable');
    assert.equal(problem?.code, 'ENGINE_NOT_RUNNING');
    await service('kafka-1', 'out of sight', ({ state }) => state === 'unreachable');
    await (engine as OwnEngine).start();
    for (const name of ['cassandra-1', 'kafka-1'])
      assert.equal((await service(name, 'back', ({ state }) => state === 'running')).problem, null);
    assert.equal((await told('engine-lost')).length, 1);
    assert.equal((await told('engine-back')).length, 1);
  });

  it('starts on a new network when its own was pruned, and says that a volume is gone', async () => {
    await platform.down();
    const api = await dockerode();
    await api.getNetwork(await prefix()).remove();
    await (await containerOf('cassandra-1')).remove({ v: true });
    await api.getVolume(`${await prefix()}-cassandra-1`).remove();
    for (const name of ['cassandra-1', 'kafka-1']) await service(name, 'up', ({ state }) => state === 'running');
    assert.deepEqual(await told('service-data-lost'), [
      'the volume of cassandra-1 was removed by somebody else: it starts without data',
    ]);
  });

  it('does not make more servers of one, whose data would not be on them', async () => {
    await platform.down();
    const docker = `docker: { host: "${engine?.host ?? ''}", brokers: 3 }`;
    await platform.write('mysimbdp.yaml', `platform: test\nruntime: { kind: docker, ${docker} }\ntenants: []\n`);
    await assert.rejects(platform.up(), {
      code: 'CLUSTER_SIZE_FIXED',
      message: /kafka is that of a cluster of 1, .* asks for 3/,
      hint: /runtime\.docker\.brokers to 1/,
    });
  });
});
