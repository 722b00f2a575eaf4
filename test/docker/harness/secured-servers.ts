import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { types } from 'cassandra-driver';
import type Dockerode from 'dockerode';
import { extract, pack } from 'tar-stream';
import { until } from '../../../src/foundation/deadlines.ts';
import { freePort } from '../../../src/runtimes/docker/ports.ts';
import { createScramUser } from '../../../src/runtimes/docker/kafka-login.ts';
import { kafkaClientFile } from '../../../src/runtimes/docker/kafka-service.ts';
import { defaults } from '../../../src/tenants/defaults.ts';
import type { Issued, TestAuthority } from '../../certificates.ts';

/** A user of Kafka or Cassandra. */
export interface User {
  user: string;
  password: string;
}

/** Whom the platform logs in as; what it may do is for tests to grant. */
export const platformUser: User = { user: 'platform', password: randomBytes(12).toString('hex') };
/** May do everything in Kafka, by PLAIN. */
export const kafkaAdmin: User = { user: 'admin', password: randomBytes(12).toString('hex') };
/** May do everything in Cassandra: the one that it begins with. */
export const cassandraAdmin: User = { user: 'cassandra', password: 'cassandra' };

const images = defaults.runtime.docker.images;
const startMs = 90_000;

/**
 * A Cassandra and a Kafka as an administrator would run them, with TLS and logins, in containers that the platform knows
 * nothing of. Ports are of 127.0.0.1, by the name of the listener.
 */
export class SecuredServers {
  readonly #docker: Dockerode;
  readonly #name = `mysimbdp-test-${randomBytes(4).toString('hex')}`;
  /** `open`: without TLS; `tls`: TLS, only with a client certificate. */
  cassandra = { open: 0, tls: 0 };
  /** `tls`: TLS, SCRAM-SHA-512 or PLAIN; `mutual`: TLS with a client certificate and nothing else; `open`: SCRAM-SHA-256, without TLS. */
  kafka = { tls: 0, mutual: 0, open: 0 };

  constructor(docker: Dockerode) {
    this.#docker = docker;
  }

  /** Starts both, waits until they are reached, and makes the platform's users. @param server whom their certificate is of */
  async start(authority: TestAuthority, server: Issued): Promise<void> {
    await this.#docker.createNetwork({ Name: this.#name, Driver: 'bridge' });
    const ca = await readFile(authority.ca, 'utf8');
    await Promise.all([this.#startCassandra(server, ca), this.#startKafka(server, ca)]);
  }

  container(service: 'cassandra' | 'kafka'): Dockerode.Container {
    return this.#docker.getContainer(`${this.#name}-${service}`);
  }

  async dispose(): Promise<void> {
    for (const service of ['cassandra', 'kafka'] as const) {
      await this.container(service)
        .remove({ force: true, v: true })
        .catch(() => undefined);
    }
    await this.#docker
      .getNetwork(this.#name)
      .remove()
      .catch(() => undefined);
  }

  async #startCassandra({ cert, keyText }: Issued, ca: string): Promise<void> {
    this.cassandra = { open: await freePort(), tls: await freePort() };
    const container = await this.#create(
      'cassandra',
      images.cassandra,
      new Map([
        [9042, this.cassandra.open],
        [9142, this.cassandra.tls],
      ]),
      {
        CASSANDRA_DC: 'dc1',
        CASSANDRA_ENDPOINT_SNITCH: 'GossipingPropertyFileSnitch',
        MAX_HEAP_SIZE: '512M',
        HEAP_NEWSIZE: '128M',
        JVM_EXTRA_OPTS: [
          '-Dcassandra.skip_wait_for_gossip_to_settle=0',
          '-Dcassandra.ring_delay_ms=1',
          '-Dcassandra.superuser_setup_delay_ms=0',
        ].join(' '),
      },
    );
    const yaml = await fileOf(container, '/etc/cassandra/cassandra.yaml');
    const own = ['authenticator', 'authorizer', 'native_transport_port_ssl', 'client_encryption_options'];
    const others = own.reduce((text, key) => text.replace(new RegExp(`^${key}:.*\n(?:[ #].*\n|\n)*`, 'gm'), ''), yaml);
    await putFiles(container, {
      '/etc/cassandra/cassandra.yaml': `${others}
authenticator: PasswordAuthenticator
authorizer: CassandraAuthorizer
native_transport_port_ssl: 9142
client_encryption_options:
  enabled: true
  optional: false
  require_client_auth: true
  keystore: /etc/cassandra/server.pem
  truststore: /etc/cassandra/ca.pem
  ssl_context_factory:
    class_name: org.apache.cassandra.security.PEMBasedSslContextFactory
`,
      '/etc/cassandra/server.pem': `${keyText}${cert}`,
      '/etc/cassandra/ca.pem': ca,
    });
    await container.start();
    await this.#whenUp('cassandra', async () => {
      await this.cql(
        `CREATE ROLE IF NOT EXISTS ${platformUser.user} WITH PASSWORD = '${platformUser.password}' AND LOGIN = true`,
      );
    });
  }

  async #startKafka({ cert, keyText }: Issued, ca: string): Promise<void> {
    this.kafka = { tls: await freePort(), mutual: await freePort(), open: await freePort() };
    const ports = new Map([
      [9092, this.kafka.tls],
      [9093, this.kafka.mutual],
      [9096, this.kafka.open],
    ]);
    const host = `${this.#name}-kafka`;
    const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
    const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
    const admin = `username="${kafkaAdmin.user}" password="${kafkaAdmin.password}" user_${kafkaAdmin.user}="${kafkaAdmin.password}"`;
    const container = await this.#create('kafka', images.kafka, ports, {
      CLUSTER_ID: '5L6g3nShT-eMCtK--X86sw',
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: `1@${host}:9095`,
      KAFKA_LISTENERS: 'TLS://:9092,MUTUAL://:9093,INNER://:9094,CONTROLLER://:9095,OPEN://:9096',
      KAFKA_ADVERTISED_LISTENERS: `TLS://localhost:${this.kafka.tls},MUTUAL://localhost:${this.kafka.mutual},INNER://${host}:9094,OPEN://localhost:${this.kafka.open}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        'TLS:SASL_SSL,MUTUAL:SSL,INNER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT,OPEN:SASL_PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INNER',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_SASL_ENABLED_MECHANISMS: 'PLAIN',
      KAFKA_SASL_MECHANISM_INTER_BROKER_PROTOCOL: 'PLAIN',
      KAFKA_SASL_MECHANISM_CONTROLLER_PROTOCOL: 'PLAIN',
      KAFKA_LISTENER_NAME_TLS_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-512,PLAIN',
      KAFKA_LISTENER_NAME_OPEN_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-256',
      KAFKA_LISTENER_NAME_MUTUAL_SSL_CLIENT_AUTH: 'required',
      KAFKA_SSL_KEYSTORE_TYPE: 'PEM',
      KAFKA_SSL_KEYSTORE_LOCATION: '/etc/kafka/secrets/server.pem',
      KAFKA_SSL_TRUSTSTORE_TYPE: 'PEM',
      KAFKA_SSL_TRUSTSTORE_LOCATION: '/etc/kafka/secrets/ca.pem',
      KAFKA_AUTHORIZER_CLASS_NAME: 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      KAFKA_SUPER_USERS: `User:${kafkaAdmin.user}`,
      KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND: 'false',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_HEAP_OPTS: '-Xms256m -Xmx256m',
      KAFKA_OPTS: '-Djava.security.auth.login.config=/etc/kafka/secrets/jaas.conf',
    });
    await putFiles(container, {
      '/etc/kafka/secrets/server.pem': `${keyText}${cert}`,
      '/etc/kafka/secrets/ca.pem': ca,
      '/etc/kafka/secrets/jaas.conf': [
        `tls.KafkaServer { ${scram} ${plain} user_${kafkaAdmin.user}="${kafkaAdmin.password}"; };`,
        `open.KafkaServer { ${scram} };`,
        `inner.KafkaServer { ${plain} ${admin}; };`,
        `controller.KafkaServer { ${plain} ${admin}; };`,
        '',
      ].join('\n'),
      [kafkaClientFile]: [
        'security.protocol=SASL_PLAINTEXT',
        'sasl.mechanism=PLAIN',
        `sasl.jaas.config=${plain} username="${kafkaAdmin.user}" password="${kafkaAdmin.password}";`,
        '',
      ].join('\n'),
    });
    await container.start();
    await this.#whenUp('kafka', () => createScramUser(container, host, platformUser));
  }

  /** Runs statements as the administrator. @returns the rows of the last one */
  async cql(...statements: string[]): Promise<types.Row[]> {
    const { Client } = await import('cassandra-driver');
    const client = new Client({
      contactPoints: [`127.0.0.1:${this.cassandra.open}`],
      localDataCenter: 'dc1',
      credentials: { username: cassandraAdmin.user, password: cassandraAdmin.password },
      socketOptions: { connectTimeout: 2000, readTimeout: 10_000 },
    });
    try {
      await client.connect();
      let rows: types.Row[] = [];
      for (const statement of statements) ({ rows } = await client.execute(statement));
      return rows;
    } finally {
      await client.shutdown();
    }
  }

  /** Runs a line of `mysimbdp provision` in Kafka's container as its administrator. */
  async kafkaLine(line: string): Promise<void> {
    const words = line
      .replace(
        /^(\S+) --bootstrap-server \S+ --command-config \S+/,
        `$1 --bootstrap-server ${this.#name}-kafka:9094 --command-config ${kafkaClientFile}`,
      )
      .split(' ');
    const exec = await this.container('kafka').exec({
      Cmd: [`/opt/kafka/bin/${words[0] ?? ''}`, ...words.slice(1)],
      Env: ['KAFKA_HEAP_OPTS=-Xmx128m', 'KAFKA_OPTS='],
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({});
    let said = '';
    for await (const piece of stream) said += String(piece);
    const { ExitCode } = await exec.inspect();
    if (ExitCode !== 0) throw new Error(`${line}: ${said}`);
  }

  async #create(
    service: string,
    image: string,
    ports: ReadonlyMap<number, number>,
    environment: Record<string, string>,
  ): Promise<Dockerode.Container> {
    const name = `${this.#name}-${service}`;
    return this.#docker.createContainer({
      name,
      Image: image,
      Hostname: name,
      Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      ExposedPorts: Object.fromEntries([...ports.keys()].map((port) => [`${port}/tcp`, {}])),
      HostConfig: {
        NetworkMode: this.#name,
        PortBindings: Object.fromEntries(
          [...ports].map(([port, own]) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(own) }]]),
        ),
        Memory: 1536 * 2 ** 20,
      },
    });
  }

  async #whenUp(service: 'cassandra' | 'kafka', work: () => Promise<void>): Promise<void> {
    let why: unknown;
    await until(
      startMs,
      `the start of ${service}`,
      async () => {
        const { State } = await this.container(service).inspect();
        if (!State.Running) {
          const log = await this.container(service).logs({ stdout: true, stderr: true, tail: 40 });
          throw new Error(`${service} has ended: ${log.toString('utf8')}`);
        }
        return work().then(
          () => true,
          (error: unknown) => {
            why = error;
            return false;
          },
        );
      },
      undefined,
      500,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${String(why)}`);
    });
  }
}

async function fileOf(container: Dockerode.Container, path: string): Promise<string> {
  const archive = extract();
  let text = '';
  archive.on('entry', (_, stream, next) => {
    stream.on('data', (piece: Buffer) => (text += piece.toString('utf8')));
    stream.on('end', next);
  });
  const done = new Promise((resolve, reject) => archive.on('finish', resolve).on('error', reject));
  (await container.getArchive({ path })).pipe(archive);
  await done;
  return text;
}

/** For everybody in the container: nothing in it is worth hiding. */
async function putFiles(container: Dockerode.Container, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const archive = pack();
    archive.entry({ name: basename(path), mode: 0o666 }, content);
    archive.finalize();
    await container.putArchive(archive, { path: dirname(path) });
  }
}
