import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { pack } from 'tar-stream';
import { until, within } from '../../src/foundation/deadlines.ts';
import { cassandraVersion } from '../../src/runtimes/docker/cassandra-login.ts';
import { lastLines } from '../../src/runtimes/docker/container-log.ts';
import { freePort } from '../../src/runtimes/docker/ports.ts';
import { kafkaBrokers } from '../../src/runtimes/docker/kafka-login.ts';
import { composeContainer, composeFiles, composeNetwork, readCompose } from '../docker/harness/compose-file.ts';
import { useDocker } from '../docker/harness/use-docker.ts';

describe('what docker/compose.yaml says', function () {
  this.timeout(180_000);
  const docker = useDocker();

  it('brings up both servers, with the passwords of .env and without the users that everybody knows', async () => {
    const { docker: engine } = docker.engine;
    const before = await docker.content();
    const prefix = `compose-${randomBytes(4).toString('hex')}`;
    const [cassandraPort, kafkaPort] = [await freePort(), await freePort()];
    const password = randomBytes(12).toString('hex');
    const compose = await readCompose(
      {
        CASSANDRA_PASSWORD: password,
        KAFKA_ADMIN_PASSWORD: password,
        KAFKA_BROKER_PASSWORD: randomBytes(12).toString('hex'),
        CASSANDRA_PORT: String(cassandraPort),
        KAFKA_PORT: String(kafkaPort),
      },
      prefix,
    );

    async function start(service: string): Promise<string> {
      const container = await engine.createContainer(composeContainer(compose, service));
      for (const { path, content, mode, uid } of composeFiles(compose, service)) {
        const archive = pack();
        // A folder on the way to a file is made with it, as Compose does.
        archive.entry({ name: path.slice(1), mode, uid, gid: uid }, content ?? '');
        archive.finalize();
        await container.putArchive(archive, { path: '/' });
      }
      await container.start();
      return container.id;
    }

    /** A server, and then what is to be done once it listens. */
    async function bringUp(server: string, setup: string): Promise<void> {
      const id = await start(server);
      await until(90_000, `${server} to listen`, async () => {
        const { State } = await engine.getContainer(id).inspect();
        assert.ok(State.Running, (await lastLines(engine, id)).join('\n'));
        return State.Health?.Status === 'healthy';
      });
      const done = engine.getContainer(await start(setup));
      const { StatusCode } = (await within(60_000, setup, done.wait())) as { StatusCode: number };
      assert.equal(StatusCode, 0, (await lastLines(engine, done.id)).join('\n'));
    }

    try {
      await engine.createNetwork(composeNetwork(compose, 'platform'));
      await Promise.all([bringUp('cassandra-1', 'cassandra-setup'), bringUp('kafka-1', 'kafka-setup')]);
      const account = (user: string) => ({ user, password });
      assert.match(await cassandraVersion(cassandraPort, account('mysimbdp__admin')), /^5\./);
      await assert.rejects(cassandraVersion(cassandraPort, account('somebody_else')), /./);
      assert.equal(await kafkaBrokers(kafkaPort, account('mysimbdp-admin')), 1);
      await assert.rejects(kafkaBrokers(kafkaPort, account('mysimbdp-broker')));
    } finally {
      for (const { Id } of await engine.listContainers({ all: true, filters: { network: [prefix] } }))
        await engine.getContainer(Id).remove({ force: true, v: true });
      for (const { name } of Object.values(compose.volumes))
        await engine
          .getVolume(name)
          .remove()
          .catch(() => undefined);
      await engine
        .getNetwork(prefix)
        .remove()
        .catch(() => undefined);
    }
    assert.deepEqual(await docker.content(), before);
  });
});
