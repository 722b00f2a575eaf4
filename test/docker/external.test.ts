import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'cassandra-driver';
import type { runCli as RunCli } from '../../src/cli/program.ts';
import { clientOf } from '../../src/coredms/cassandra/connect-client.ts';
import { readingAccess } from '../../src/coredms/location.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { Disposables } from '../../src/foundation/disposables.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { CoreDmsOfTenants } from '../../src/platform/core-dms-of-tenants.ts';
import type { ServiceStatus } from '../../src/protocol/services.ts';
import { endpointText } from '../../src/runtimes/runtime-settings.ts';
import { loadPlatform } from '../../src/tenants/load.ts';
import { TestAuthority, type Issued } from '../certificates.ts';
import { PlatformFixture } from '../platform/platform-fixture.ts';
import { missing } from '../required.ts';
import { CapturedTerminal } from '../unit/cli/captured-terminal.ts';
import { cassandraAdmin, kafkaAdmin, platformUser, SecuredServers } from './harness/secured-servers.ts';
import { useDocker } from './harness/use-docker.ts';

const signal = new AbortController().signal;

describe('the external runtime, with a Cassandra and a Kafka of somebody else', function () {
  this.timeout(120_000);
  const docker = useDocker();
  // Imported as the program imports its commands, or the two would have modules of their own and errors no class in common.
  let runCli: typeof RunCli;
  let authority: TestAuthority;
  let strangers: TestAuthority;
  let client: Issued;
  let stranger: Issued;
  let servers: SecuredServers;
  let platform: PlatformFixture;
  /** What has to be ended behind the suite, however far it came. */
  const owned = new Disposables();

  before(async function () {
    this.timeout(180_000);
    ({ runCli } = await import('../../src/cli/program.ts'));
    const made = await Promise.all([TestAuthority.create(), TestAuthority.create('somebody else')]);
    if (!made[0] || !made[1]) return missing(this, 'docker', 'There is no openssl.');
    [authority, strangers] = [owned.add(made[0]), owned.add(made[1])];
    const server = await authority.issue('server', 'DNS:localhost,IP:127.0.0.1');
    client = await authority.issue('client', 'DNS:client');
    stranger = await strangers.issue('stranger', 'DNS:stranger');
    servers = owned.add(new SecuredServers(docker.engine.docker));
    await servers.start(authority, server);
    platform = owned.add(await PlatformFixture.create([{ name: 'acme' }]));
    await writeFile(join(platform.folder.root, 'password'), `${platformUser.password}\n`, { mode: 0o600 });
    await writeFile(join(platform.folder.root, 'password-acme'), 'of-acme\n', { mode: 0o600 });
    process.env.MYSIMBDP_TEST_WRONG = 'wrong';
    process.env.MYSIMBDP_TEST_ADMIN = kafkaAdmin.password;
    process.env.MYSIMBDP_TEST_CASSANDRA = cassandraAdmin.password;
  });
  after(async function () {
    this.timeout(60_000);
    await owned.dispose();
  });
  afterEach(() => platform.down());

  const password = '{ file: password }';
  const tls = (more = '') => `{ ca: "${authority.ca}"${more} }`;
  const own = () => tls(`, certificate: "${client.certificate}", key: "${client.key}"`);
  const cassandra = (with_: Record<string, string> = {}) =>
    block('cassandra', {
      contactPoints: `["localhost:${servers.cassandra.tls}"]`,
      localDataCenter: 'dc1',
      user: platformUser.user,
      password,
      tls: own(),
      tenantPassword: "{ file: 'password-{tenant}' }",
      ...with_,
    });
  const sasl = (user = platformUser.user, secret = password, mechanism = 'scram-sha-512') =>
    `{ mechanism: ${mechanism}, user: ${user}, password: ${secret} }`;
  const kafka = (with_: Record<string, string> = {}) =>
    block('kafka', { brokers: `["localhost:${servers.kafka.tls}"]`, sasl: sasl(), tls: tls(), ...with_ });

  /** YAML of a cluster; empty texts leave out a key. */
  function block(name: string, keys: Record<string, string>): string {
    const lines = Object.entries(keys).flatMap(([key, value]) => (value === '' ? [] : [`      ${key}: ${value}\n`]));
    return `    ${name}:\n${lines.join('')}`;
  }

  const configure = (...clusters: string[]) => configureFor(['acme'], ...clusters);
  const configureFor = (tenants: string[], ...clusters: string[]) =>
    platform.write(
      'mysimbdp.yaml',
      `platform: test\nruntime:\n  kind: external\n  external:\n${clusters.join('')}tenants:\n${tenants.map((name) => `  - name: ${name}\n`).join('')}`,
    );

  const keyspaces = async () => {
    const rows = await servers.cql('SELECT keyspace_name FROM system_schema.keyspaces');
    const names = rows.map((row) => String(row.get('keyspace_name')));
    return names.filter((name) => !name.startsWith('system')).sort();
  };

  /** As what runs of a tenant come in by. */
  async function tenantClient(tenant: string): Promise<Client> {
    const access = await readingAccess(platform.folder, tenant);
    assert.ok(access?.target.kind === 'external');
    const connected = await clientOf(access.target.cluster, access.secrets);
    await connected.connect();
    return connected;
  }

  /** As a platform has it that is up on what mysimbdp.yaml names. */
  async function coreDmsOfTenants(): Promise<CoreDmsOfTenants> {
    const settings = (await loadPlatform(platform.folder)).settings?.runtime.external.cassandra;
    assert.ok(settings);
    const { localDataCenter } = settings;
    const contactPoints = settings.contactPoints.map(endpointText);
    const cluster = { contactPoints, localDataCenter, addresses: {}, replication: 1 };
    return new CoreDmsOfTenants(platform.folder, () => ({ kind: 'external', cluster, settings }));
  }

  async function cli(...args: string[]): Promise<{ status: number; terminal: CapturedTerminal }> {
    const terminal = new CapturedTerminal();
    const status = await runCli(['--platform', platform.folder.root, ...args], {
      terminal,
      signal,
      workingFolder: platform.folder.root,
    });
    return { status, terminal };
  }

  /** What the doctor says of a service: `login fail LOGIN_REFUSED …`. */
  async function doctor(service: string): Promise<string[]> {
    const { terminal } = await cli('doctor', '--json');
    return (JSON.parse(terminal.out) as Finding[])
      .filter(({ check }) => check.startsWith(`${service} `))
      .map(({ check, state, detail }) => `${check.slice(service.length + 1)} ${state} ${detail}`);
  }

  const services = async (): Promise<ServiceStatus[]> => (await (await platform.up()).controlPlane.status()).services;

  it('lists what tenants need as statements, which mend it when an administrator runs them', async () => {
    await configure(cassandra(), kafka());
    const hidden = await cli('provision');
    assert.equal(hidden.status, 1);
    assert.match(
      hidden.terminal.out,
      /^CREATE KEYSPACE IF NOT EXISTS "acme" WITH replication = \{'class': 'NetworkTopologyStrategy', 'dc1': 1\};$/m,
    );
    assert.match(
      hidden.terminal.out,
      /^-- Roles .* cannot be looked at; they can with: GRANT DESCRIBE ON ALL ROLES TO "platform";$/m,
    );
    assert.match(
      hidden.terminal.out,
      /^# Access rules cannot be looked at; they can with: kafka-acls\.sh .* --operation Describe --cluster$/m,
    );

    await servers.cql('GRANT DESCRIBE ON ALL ROLES TO "platform"');
    await servers.kafkaLine(
      'kafka-acls.sh --bootstrap-server x --command-config x --add --allow-principal User:platform --operation Describe --cluster',
    );
    for (const service of ['cassandra', 'kafka'] as const) {
      const { status, terminal } = await cli('provision', '--service', service);
      assert.equal(status, 1);
      const statements = terminal.out
        .trimEnd()
        .split('\n')
        .filter((line) => !/^(--|#) /.test(line));
      assert.equal(statements.length, service === 'cassandra' ? 6 : 2, terminal.out);
      for (const statement of statements) {
        if (service === 'kafka') await servers.kafkaLine(statement);
        else await servers.cql(statement.replace(/;$/, '').replace('<its password>', 'of-acme'));
      }
      // Kafka's controllers tell the brokers a moment later.
      await until(
        10_000,
        `the end of what ${service} lacks`,
        async () => (await cli('provision', '--service', service)).status === 0,
        undefined,
        500,
      );
    }
  });

  it('comes up, says where and what they are, and does nothing to them when it goes down', async () => {
    await configure(cassandra(), kafka());
    const all = await services();
    assert.deepEqual(
      all.map(({ service, state, endpoint, container, problem }) => ({ service, state, endpoint, container, problem })),
      [
        {
          service: 'cassandra',
          state: 'running',
          endpoint: `localhost:${servers.cassandra.tls}`,
          container: null,
          problem: null,
        },
        {
          service: 'kafka',
          state: 'running',
          endpoint: `localhost:${servers.kafka.tls}`,
          container: null,
          problem: null,
        },
      ],
    );
    assert.match(all[0]?.version ?? '', /^\d+\.\d+\.\d+/);
    assert.match(all[1]?.version ?? '', /^[34]\.\d+\+$/);
    const log = await cli('logs', '--service', 'cassandra');
    assert.match(
      log.terminal.err,
      /SERVICE_NOT_OURS: cassandra is an external cluster: its log is with whoever runs it/,
    );
    assert.match((await cli('status')).terminal.out, /cassandra +running +localhost:\d+ .* not of the platform/);
    const { status } = await cli('down');
    assert.equal(status, 0);
    for (const service of ['cassandra', 'kafka'] as const)
      assert.equal((await servers.container(service).inspect()).State.Running, true);
  });

  it('passes every step of the doctor', async () => {
    await configure(cassandra(), kafka());
    const steps = (lines: string[]) =>
      lines.map((line) =>
        line
          .split(' ')
          .slice(0, line.startsWith('data') ? 3 : 2)
          .join(' '),
      );
    assert.deepEqual(steps(await doctor('cassandra')), [
      'settings ok',
      'resolve ok',
      'connect ok',
      'tls ok',
      'protocol ok',
      'login ok',
      'data center ok',
      'version ok',
      'permissions ok',
    ]);
    assert.deepEqual(steps(await doctor('kafka')), [
      'settings ok',
      'resolve ok',
      'connect ok',
      'tls ok',
      'protocol ok',
      'login ok',
      'brokers ok',
      'version ok',
      'permissions ok',
    ]);
  });

  const wrong = '{ env: MYSIMBDP_TEST_WRONG }';
  const mistakes: [name: string, cluster: () => string, found: RegExp][] = [
    ['a wrong password of Cassandra', () => cassandra({ password: wrong }), /^login fail LOGIN_REFUSED .*platform/],
    [
      'no login to Cassandra',
      () => cassandra({ user: '', password: '', tenantPassword: '' }),
      /^login fail LOGIN_REQUIRED/,
    ],
    [
      'no client certificate for Cassandra',
      () => cassandra({ tls: tls() }),
      /^(tls|protocol) fail CLIENT_CERTIFICATE_REQUIRED/,
    ],
    [
      'a client certificate that Cassandra does not trust',
      () => cassandra({ tls: tls(`, certificate: "${stranger.certificate}", key: "${stranger.key}"`) }),
      /^(tls|protocol) fail CLIENT_CERTIFICATE_REFUSED/,
    ],
    [
      'TLS to the port of Cassandra without',
      () => cassandra({ contactPoints: `["localhost:${servers.cassandra.open}"]` }),
      /^tls fail TLS_NOT_SPOKEN/,
    ],
    ['no TLS to the port of Cassandra with', () => cassandra({ tls: '' }), /^protocol fail TLS_REQUIRED/],
    [
      'an authority that has not issued the certificate of Cassandra',
      () => cassandra({ tls: `{ ca: "${strangers.ca}" }` }),
      /^tls fail SERVER_CERTIFICATE_UNTRUSTED/,
    ],
    [
      'a data center that Cassandra has not',
      () => cassandra({ localDataCenter: 'DC1' }),
      /^data center fail DATA_CENTER_UNKNOWN .*"DC1"; it has dc1/,
    ],
    [
      'the port of Kafka for Cassandra',
      () => cassandra({ contactPoints: `["localhost:${servers.kafka.open}"]`, tls: '' }),
      /^protocol fail NOT_THAT_SERVICE/,
    ],
    [
      'a wrong password of Kafka',
      () => kafka({ sasl: sasl('platform', wrong) }),
      /^login fail LOGIN_REFUSED .*platform/,
    ],
    [
      'a wrong user of Kafka',
      () => kafka({ sasl: sasl('nobody', password, 'plain') }),
      /^login fail LOGIN_REFUSED .*nobody/,
    ],
    ['no login to Kafka', () => kafka({ sasl: '' }), /^login fail LOGIN_REQUIRED/],
    [
      'a mechanism that the listener of Kafka does not know',
      () => kafka({ sasl: sasl('platform', password, 'scram-sha-256') }),
      /^login fail SASL_MECHANISM_UNSUPPORTED .*it knows .*scram-sha-512/,
    ],
    [
      'a login where Kafka knows none',
      () => kafka({ brokers: `["localhost:${servers.kafka.mutual}"]`, tls: own() }),
      /^login fail SASL_NOT_SPOKEN/,
    ],
    [
      'no client certificate for Kafka',
      () => kafka({ brokers: `["localhost:${servers.kafka.mutual}"]`, sasl: '' }),
      /^(tls|protocol) fail CLIENT_CERTIFICATE_REQUIRED/,
    ],
    [
      'TLS to the port of Kafka without',
      () => kafka({ brokers: `["localhost:${servers.kafka.open}"]` }),
      /^tls fail TLS_NOT_SPOKEN/,
    ],
    ['no TLS to the port of Kafka with', () => kafka({ tls: '' }), /^protocol fail TLS_REQUIRED/],
    [
      'managed, without the permission to make things in Cassandra',
      () => cassandra({ provision: 'managed', tenantPassword: '' }),
      /^permissions fail PERMISSION_MISSING .*GRANT CREATE ON ALL KEYSPACES/,
    ],
    [
      'managed, without the permission to make things in Kafka',
      () => kafka({ provision: 'managed', tenantPassword: '' }),
      /^permissions fail PERMISSION_MISSING .*--operation Create --operation Alter --cluster/,
    ],
  ];
  for (const [name, cluster, found] of mistakes) {
    it(`finds ${name}`, async () => {
      await configure(cluster());
      const lines = await doctor(cluster().includes('cassandra:') ? 'cassandra' : 'kafka');
      assert.match(lines.at(-1) ?? '', found, lines.join('\n'));
    });
  }

  it('is content with managed where the user may make everything, and makes nothing', async () => {
    const admin = sasl(kafkaAdmin.user, '{ env: MYSIMBDP_TEST_ADMIN }', 'plain');
    await configure(
      cassandra({
        provision: 'managed',
        tenantPassword: '',
        user: cassandraAdmin.user,
        password: '{ env: MYSIMBDP_TEST_CASSANDRA }',
      }),
      kafka({ provision: 'managed', tenantPassword: '', sasl: admin }),
    );
    for (const service of ['cassandra', 'kafka']) assert.match((await doctor(service)).at(-1) ?? '', /^permissions ok/);
    const { default: kafkajs } = await import('kafkajs');
    const asking = new kafkajs.Kafka({
      brokers: [`localhost:${servers.kafka.tls}`],
      ssl: { ca: [await readFile(authority.ca, 'utf8')] },
      sasl: { mechanism: 'plain', username: kafkaAdmin.user, password: kafkaAdmin.password },
      logLevel: kafkajs.logLevel.NOTHING,
    }).admin();
    await asking.connect();
    try {
      assert.deepEqual(await asking.listTopics(), []);
    } finally {
      await asking.disconnect();
    }
  });

  it('does not come up when a cluster does not let it in, with the reason', async () => {
    await configure(kafka({ sasl: sasl('platform', wrong) }));
    await assert.rejects(platform.up(), { code: 'LOGIN_REFUSED', kind: 'forbidden' });
  });

  it('comes up when something is missing, and says what', async () => {
    await configure(cassandra({ provision: 'managed', tenantPassword: '' }));
    const [status] = await services();
    assert.equal(status?.state, 'running');
    assert.equal(status.problem?.code, 'PERMISSION_MISSING');
    assert.match(status.problem.hint ?? '', /mysimbdp provision/);
  });

  it('tells once that a cluster is out of reach, and that it is back', async () => {
    await configure(kafka());
    const told: string[] = [];
    await platform.up({ log: (level, message) => told.push(`${level} ${message}`) });
    const state = async (wanted: ServiceStatus['state']) =>
      until(40_000, `kafka ${wanted}`, async () => (await services())[0]?.state === wanted, undefined, 250);
    await servers.container('kafka').pause();
    try {
      await state('unreachable');
    } finally {
      await servers.container('kafka').unpause();
    }
    await state('running');
    assert.equal(told.filter((line) => line.startsWith('error ')).length, 1, told.join('\n'));
    assert.deepEqual(
      told.filter((line) => line.startsWith('info ')),
      ['info kafka answers again'],
    );
  });

  it('has rows in a keyspace and a role of each tenant, made by a user who is no superuser', async () => {
    await servers.cql(
      "CREATE ROLE provider WITH PASSWORD = 'of-provider' AND LOGIN = true",
      'GRANT CREATE ON ALL KEYSPACES TO provider',
      'GRANT CREATE ON ALL ROLES TO provider',
    );
    await platform.addTenant({ name: 'globex' });
    await platform.addTenant({ name: 'initech' });
    await writeFile(join(platform.folder.root, 'of-provider'), 'of-provider\n', { mode: 0o600 });
    await copyFile(authority.ca, join(platform.folder.root, 'ca.pem'));
    const managed = cassandra({
      user: 'provider',
      password: '{ file: of-provider }',
      tls: `{ ca: ca.pem, certificate: "${client.certificate}", key: "${client.key}" }`,
      provision: 'managed',
      tenantPassword: '',
    });
    await configureFor(['globex', 'initech'], managed);
    for (const tenant of ['globex', 'initech']) {
      const record = await platform.ingest(tenant, 'a.csv', `id,name\n1,of ${tenant}\n2,\n`);
      assert.equal(record.outcome, 'ingested', JSON.stringify(record));
    }
    const globex = await tenantClient('globex');
    try {
      assert.equal((await globex.execute('SELECT * FROM globex.items')).rowLength, 2);
      for (const cql of ['SELECT * FROM initech.items', 'INSERT INTO initech.items (id) VALUES (9)'])
        await assert.rejects(globex.execute(cql), /has no (SELECT|MODIFY) permission/);
    } finally {
      await globex.shutdown();
    }

    // What is somebody else's stays so.
    await servers.cql(
      "CREATE KEYSPACE umbrella WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}",
      'GRANT ALL PERMISSIONS ON KEYSPACE umbrella TO provider',
    );
    await platform.down();
    await platform.addTenant({ name: 'umbrella' });
    await configureFor(['globex', 'initech', 'umbrella'], managed);
    const taken = await platform.ingest('umbrella', 'a.csv', 'id,name\n1,one\n');
    assert.equal(taken.cause?.code, 'KEYSPACE_TAKEN', JSON.stringify(taken));
    await (await platform.up()).controlPlane.removeTenant('umbrella', true);
    assert.ok((await keyspaces()).includes('umbrella'));

    await platform.down();
    const shown = await cli('query', 'initech', 'items', '--json');
    assert.equal((JSON.parse(shown.terminal.out) as unknown[]).length, 2, shown.terminal.err);
    await copyFile(strangers.ca, join(platform.folder.root, 'ca.pem'));
    assert.match((await cli('query', 'initech', 'items')).terminal.err, /COREDMS_UNTRUSTED.*certificate/);
    await copyFile(authority.ca, join(platform.folder.root, 'ca.pem'));
    const kept = (await platform.read('.mysimbdp/coredms.json')) + (await platform.read('.mysimbdp/logs/platform.log'));
    assert.doesNotMatch(kept, /of-provider\\n|BEGIN/);

    assert.match((await cli('tenant', 'remove', 'globex', '--data', '--yes')).terminal.err, /ROWS_OUT_OF_REACH/);
    await (await platform.up()).controlPlane.removeTenant('globex', true);
    const left = await keyspaces();
    assert.deepEqual([left.includes('globex'), left.includes('initech')], [false, true]);
    await assert.rejects(servers.cql('LIST ROLES OF tenant__globex'), /doesn't exist/);
  });

  it('has rows in the keyspace that an administrator has made, as the role of the tenant, and leaves both', async () => {
    await platform.addTenant({ name: 'hooli' });
    await configureFor(['hooli'], cassandra());
    const password = join(platform.folder.root, 'password-hooli');
    const failed = await platform.ingest('hooli', 'early.csv', 'id,name\n1,one\n');
    assert.equal(failed.outcome, 'failed');
    assert.equal(failed.cause?.code, 'SECRET_MISSING');
    assert.match(failed.cause.message, /the password of hooli at cassandra .* there is no file .*password-hooli/);

    await writeFile(password, 'of-hooli\n', { mode: 0o600 });
    const coreDms = await coreDmsOfTenants();
    await assert.rejects(coreDms.accessOf('hooli'), { code: 'COREDMS_LOGIN_REFUSED', hint: /: CREATE ROLE .*"hooli"/ });
    await servers.cql("CREATE ROLE hooli WITH LOGIN = true AND PASSWORD = 'of-hooli'");
    await assert.rejects(coreDms.accessOf('hooli'), {
      code: 'KEYSPACE_NOT_FOUND',
      hint: /: CREATE KEYSPACE .*"hooli"/,
    });
    await servers.cql("CREATE KEYSPACE hooli WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}");
    const forbidden = await platform.ingest('hooli', 'forbidden.csv', 'id,name\n1,one\n');
    assert.equal(forbidden.cause?.code, 'COREDMS_FORBIDDEN', JSON.stringify(forbidden.cause));
    assert.match(forbidden.cause.hint ?? '', /GRANT CREATE ON KEYSPACE "hooli" TO "hooli";/);
    for (const statement of (await cli('provision', '--service', 'cassandra')).terminal.out.split('\n'))
      if (statement.startsWith('GRANT')) await servers.cql(statement.replace(/;$/, ''));
    await servers.cql('CREATE TABLE hooli.of_others (id int PRIMARY KEY)');

    // Cassandra keeps permissions in mind for two seconds; the run is tried again for longer.
    const record = await platform.ingest('hooli', 'a.csv', 'id,name\n1,one\n2,two\n');
    assert.equal(record.counters.stored, 2, JSON.stringify(record));
    await platform.down();
    assert.equal((await platform.rows('hooli')).length, 2);

    await (await platform.up()).controlPlane.removeTenant('hooli', true);
    assert.ok((await keyspaces()).includes('hooli'));
    await servers.cql('LIST ROLES OF hooli', 'SELECT * FROM hooli.of_others');
    await assert.rejects(servers.cql('SELECT * FROM hooli.items'), /does not exist/);
  });
});
