import type { Client, ClientOptions } from 'cassandra-driver';
import { within } from '../../foundation/deadlines.ts';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import type { Login, TlsMaterial } from '../../protocol/jobs.ts';
import { replicasOf } from '../cassandra-names.ts';
import { endpointText, type Endpoint, type ExternalCassandra, type SecretReference } from '../runtime-settings.ts';
import { cassandraProvision, type Row } from './cassandra-provision.ts';
import { greetCassandra } from './cassandra-words.ts';
import type { Asked } from './connection-faults.ts';
import * as faults from './connection-faults.ts';
import type { ClusterAccess, ClusterSession, ExternalCluster } from './external-cluster.ts';
import { expectedServer, reach } from './reach.ts';
import { readSecret, referenceOf, type SecretPlaces } from '../secrets.ts';
import type { Provision } from './provision.ts';
import { inStep, type TellStep } from './steps.ts';
import { readTlsFiles, tlsOptions } from '../tls-files.ts';

const service = 'cassandra';
/** What the driver waits for one answer. Milliseconds. */
const answerMs = 5000;
/** A login: the server hashes the password, on purpose slowly. Milliseconds. */
const loginMs = 15_000;
/** The oldest that Apache still mends; roles' permissions and data centers are asked for as it has them. */
const oldest = 4;

export function cassandraCluster(settings: ExternalCassandra, places: SecretPlaces): ExternalCluster {
  return {
    service,
    endpoints: settings.contactPoints,
    provision: settings.provision,
    access: () => accessTo(settings, places),
  };
}

async function accessTo(settings: ExternalCassandra, places: SecretPlaces): Promise<ClusterAccess> {
  const tls = settings.tls && (await readTlsFiles(settings.tls, places));
  const secret =
    settings.login &&
    (await readSecret(`the password of ${settings.login.user} at ${service}`, settings.login.password, places));
  const login = settings.login && secret ? { user: settings.login.user, password: secret.value } : undefined;
  const goTo = (endpoint: Endpoint, tell: TellStep) => reach(service, endpoint, tls?.material, greetCassandra, tell);
  return {
    warnings: [...(tls?.warnings ?? []), ...(secret?.warnings ?? [])],
    reach: goTo,
    open: async (endpoint, tell) => {
      const { address } = await goTo(endpoint, tell);
      return logIn(settings, places, endpoint, address, tls?.material, login, tell);
    },
  };
}

async function logIn(
  settings: ExternalCassandra,
  places: SecretPlaces,
  endpoint: Endpoint,
  address: string,
  tls: TlsMaterial | undefined,
  login: Login | undefined,
  tell: TellStep,
): Promise<ClusterSession> {
  const asked = { service, at: endpointText(endpoint) };
  const client = await inStep(
    tell,
    'login',
    asked.at,
    async () => connect(await clientOptions(endpoint, address, tls, login), asked, login),
    () => (login ? `as ${login.user}` : 'nobody has to log in'),
  );
  try {
    const { version, dataCenter } = await question(asked, 'what it is', () => localNode(client));
    const nodes = await question(asked, 'for its data centers', () => nodesByDataCenter(client, dataCenter));
    await inStep(
      tell,
      'data center',
      asked.at,
      () => checkDataCenter(settings.localDataCenter, nodes, asked),
      () => `${settings.localDataCenter}, of ${[...nodes].map(([name, count]) => `${name} (${count})`).join(', ')}`,
    );
    await inStep(
      tell,
      'version',
      asked.at,
      () => checkVersion(version, asked),
      () => version,
    );
    return new CassandraSession(client, settings, places, asked, nodes, version);
  } catch (error) {
    await client.shutdown().catch(() => undefined);
    throw error;
  }
}

/** Of one node only, by the address that has been reached: the driver would go to others, and check none of their names. */
async function clientOptions(
  endpoint: Endpoint,
  address: string,
  tls: TlsMaterial | undefined,
  login: Login | undefined,
): Promise<ClientOptions> {
  const { policies, types } = await import('cassandra-driver');
  const { AllowListPolicy, RoundRobinPolicy } = policies.loadBalancing;
  return {
    contactPoints: [endpointText({ host: address, port: endpoint.port })],
    ...(login ? { credentials: { username: login.user, password: login.password } } : {}),
    ...(tls ? { sslOptions: { ...tlsOptions(tls), ...expectedServer(endpoint) } } : {}),
    socketOptions: { connectTimeout: answerMs, readTimeout: answerMs },
    isMetadataSyncEnabled: false,
    protocolOptions: { maxVersion: types.protocolVersion.v4 },
    policies: { loadBalancing: new AllowListPolicy(new RoundRobinPolicy(), [`${address}:${endpoint.port}`]) },
  };
}

/** What the driver says itself when a server asks for a login and there is none. */
const saysLoginRequired = 'requires authentication';
/** Of the native protocol: also for a role that may not log in. */
const badCredentials = 0x0100;

async function connect(options: ClientOptions, asked: Asked, login: Login | undefined): Promise<Client> {
  const { Client } = await import('cassandra-driver');
  const client = new Client(options);
  try {
    await within(loginMs, 'the login', client.connect());
    return client;
  } catch (error) {
    await client.shutdown().catch(() => undefined);
    const cause = nodeError(error);
    if (messageOf(cause).includes(saysLoginRequired))
      throw faults.loginRequired(asked, 'user and password, where it is kept');
    const { additionalInfo } = cause as { additionalInfo?: { code?: unknown } };
    if (login && additionalInfo?.code === badCredentials) throw faults.loginRefused(asked, login.user, cause);
    throw faults.questionFailed(asked, 'the login', cause);
  }
}

/** The driver hides what a node has said in an error of its own for all nodes. */
function nodeError(thrown: unknown): unknown {
  const inner = Object.values((thrown as { innerErrors?: Record<string, unknown> } | null)?.innerErrors ?? {});
  return inner[0] ?? thrown;
}

async function question<T>(asked: Asked, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw faults.questionFailed(asked, what, nodeError(error));
  }
}

async function localNode(client: Client): Promise<{ version: string; dataCenter: string }> {
  const { rows } = await client.execute('SELECT release_version, data_center FROM system.local');
  return { version: String(rows[0]?.get('release_version')), dataCenter: String(rows[0]?.get('data_center')) };
}

/** How many nodes each data center has. */
async function nodesByDataCenter(client: Client, own: string): Promise<Map<string, number>> {
  const { rows } = await client.execute('SELECT data_center FROM system.peers');
  const counts = new Map([[own, 1]]);
  for (const row of rows) {
    const name = String(row.get('data_center'));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function checkDataCenter(wanted: string, nodes: ReadonlyMap<string, number>, asked: Asked): Promise<void> {
  if (nodes.has(wanted)) return Promise.resolve();
  return Promise.reject(faults.dataCenterUnknown(asked, wanted, [...nodes.keys()]));
}

function checkVersion(version: string, asked: Asked): Promise<void> {
  if (Number.parseInt(version, 10) >= oldest) return Promise.resolve();
  return Promise.reject(faults.serverTooOld(asked, version, `${oldest}.0`));
}

class CassandraSession implements ClusterSession {
  readonly version: string;
  readonly #client: Client;
  readonly #settings: ExternalCassandra;
  readonly #asked: Asked;
  readonly #places: SecretPlaces;
  #nodes: ReadonlyMap<string, number>;

  constructor(
    client: Client,
    settings: ExternalCassandra,
    places: SecretPlaces,
    asked: Asked,
    nodes: ReadonlyMap<string, number>,
    version: string,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#asked = asked;
    this.#places = places;
    this.#nodes = nodes;
    this.version = version;
  }

  async ask(): Promise<void> {
    await localNode(this.#client);
  }

  get localNodes(): number {
    return this.#nodes.get(this.#settings.localDataCenter) ?? 1;
  }

  async look(tenants: readonly string[]): Promise<Provision> {
    const { localDataCenter, provision, login, tenantPassword } = this.#settings;
    const found = await question(this.#asked, 'what there is', async () => {
      this.#nodes = await nodesByDataCenter(this.#client, (await localNode(this.#client)).dataCenter);
      return cassandraProvision(
        async (statement) => {
          // A list of nothing comes without rows at all.
          const answer: { rows?: Row[] } = await this.#client.execute(statement);
          return answer.rows ?? [];
        },
        {
          user: login?.user,
          provision,
          hasTenantRoles: tenantPassword !== undefined,
          replication: { dataCenter: localDataCenter, replicas: replicasOf(this.localNodes) },
        },
        tenants,
      );
    });
    if (tenantPassword) found.remarks.push(...(await passwordFindings(tenantPassword, tenants, this.#places)));
    return found;
  }

  async close(): Promise<void> {
    await this.#client.shutdown().catch(() => undefined);
  }
}

/** What is wrong with the passwords of the tenants' roles, as sentences. */
async function passwordFindings(
  tenantPassword: SecretReference,
  tenants: readonly string[],
  places: SecretPlaces,
): Promise<string[]> {
  const findings = await Promise.all(
    tenants.map(async (tenant) => {
      const what = `the password of ${tenant} at ${service}`;
      return readSecret(what, referenceOf(tenantPassword, tenant), places).then(
        ({ warnings }) => warnings.map(({ message }) => message),
        (error: unknown) => [messageOf(error)],
      );
    }),
  );
  return findings.flat().map((finding) => `${finding[0]?.toUpperCase() ?? ''}${finding.slice(1)}.`);
}
