import type { Admin, SASLOptions } from 'kafkajs';
import { within } from '../../foundation/deadlines.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { endpointText, type Endpoint, type ExternalKafka } from '../runtime-settings.ts';
import type { Asked } from './connection-faults.ts';
import * as faults from './connection-faults.ts';
import type { ClusterAccess, ClusterSession, ExternalCluster } from './external-cluster.ts';
import { kafkaProvision } from './kafka-provision.ts';
import { greetKafka, hasPrefixedAcls, releaseOf, type KafkaGreeting } from './kafka-words.ts';
import { reach, reachPort, type Greet } from './reach.ts';
import { readSecret, type SecretPlaces } from '../secrets.ts';
import { inStep, type TellStep } from './steps.ts';
import { readTlsFiles, tlsOptions } from '../tls-files.ts';
import type { TlsMaterial } from '../../protocol/jobs.ts';

const service = 'kafka';
/** What the client waits for one answer. Milliseconds. */
const answerMs = 5000;
const loginMs = 15_000;

export function kafkaCluster(settings: ExternalKafka, places: SecretPlaces): ExternalCluster {
  return {
    service,
    endpoints: settings.brokers,
    provision: settings.provision,
    access: () => accessTo(settings, places),
  };
}

async function accessTo(settings: ExternalKafka, places: SecretPlaces): Promise<ClusterAccess> {
  const tls = settings.tls && (await readTlsFiles(settings.tls, places));
  const secret =
    settings.sasl &&
    (await readSecret(`the password of ${settings.sasl.user} at ${service}`, settings.sasl.password, places));
  const sasl = settings.sasl && secret ? saslOptions(settings.sasl, secret.value) : undefined;
  const greet: Greet<KafkaGreeting> = (socket, ms) =>
    greetKafka(socket, (settings.sasl?.mechanism ?? 'plain').toUpperCase(), ms);
  const goTo = (endpoint: Endpoint, tell: TellStep) => reach(service, endpoint, tls?.material, greet, tell);
  return {
    warnings: [...(tls?.warnings ?? []), ...(secret?.warnings ?? [])],
    reach: goTo,
    open: async (endpoint, tell) => {
      const { greeting } = await goTo(endpoint, tell);
      return logIn(settings, endpoint, greeting, tls?.material, sasl, tell);
    },
  };
}

function saslOptions({ mechanism, user }: NonNullable<ExternalKafka['sasl']>, password: string): SASLOptions {
  return { mechanism, username: user, password };
}

async function logIn(
  settings: ExternalKafka,
  endpoint: Endpoint,
  greeting: KafkaGreeting,
  tls: TlsMaterial | undefined,
  sasl: SASLOptions | undefined,
  tell: TellStep,
): Promise<ClusterSession> {
  const asked = { service, at: endpointText(endpoint) };
  const admin = await inStep(
    tell,
    'login',
    asked.at,
    () => connect(greeting, tls, sasl, settings, asked),
    () => (settings.sasl ? `as ${settings.sasl.user}, by ${settings.sasl.mechanism}` : 'nobody has to log in'),
  );
  try {
    await inStep(
      tell,
      'brokers',
      asked.at,
      () => reachBrokers(admin, asked),
      (brokers) => `${brokers.join(', ')} can be reached`,
    );
    const version = await inStep(
      tell,
      'version',
      asked.at,
      () => checkVersion(greeting, asked),
      (found) => found,
    );
    return new KafkaSession(admin, settings, asked, version);
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw error;
  }
}

async function connect(
  { mechanisms }: KafkaGreeting,
  tls: TlsMaterial | undefined,
  sasl: SASLOptions | undefined,
  settings: ExternalKafka,
  asked: Asked,
): Promise<Admin> {
  const wanted = settings.sasl?.mechanism;
  if (wanted === undefined && mechanisms)
    throw faults.loginRequired(asked, `sasl with one of the mechanisms ${mechanisms.join(', ').toLowerCase()}`);
  if (wanted !== undefined && !mechanisms) throw faults.saslNotSpoken(asked);
  if (wanted !== undefined && mechanisms && !mechanisms.includes(wanted.toUpperCase()))
    throw faults.saslMechanismUnsupported(asked, wanted, mechanisms);
  const { Kafka, logLevel } = await import('kafkajs');
  const admin = new Kafka({
    clientId: 'mysimbdp-runtime',
    brokers: [asked.at],
    ...(sasl ? { sasl } : {}),
    // Each broker is expected to be who it is asked as: kafkajs adds that.
    ...(tls ? { ssl: tlsOptions(tls) } : {}),
    connectionTimeout: answerMs,
    authenticationTimeout: answerMs,
    requestTimeout: answerMs,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin();
  try {
    await within(loginMs, 'the login', admin.connect());
    return admin;
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    if (settings.sasl && isLoginRefused(error)) throw faults.loginRefused(asked, settings.sasl.user, error);
    throw faults.questionFailed(asked, 'the login', error);
  }
}

/** kafkajs wraps what a broker has refused. */
function isLoginRefused(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error.name === 'KafkaJSSASLAuthenticationError') return true;
  }
  return false;
}

/** Clients go to all of them, at the addresses that they advertise. */
async function reachBrokers(admin: Admin, asked: Asked): Promise<string[]> {
  const { brokers } = await admin.describeCluster().catch((error: unknown) => {
    throw faults.questionFailed(asked, 'for its brokers', error);
  });
  await Promise.all(
    brokers.map(async ({ host, port }) => {
      try {
        await reachPort(service, { host, port });
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        throw faults.brokerNotReachable(asked, endpointText({ host, port }), error);
      }
    }),
  );
  return brokers.map(endpointText);
}

function checkVersion(greeting: KafkaGreeting, asked: Asked): Promise<string> {
  if (!hasPrefixedAcls(greeting)) return Promise.reject(faults.serverTooOld(asked, 'before 2.0', '2.0'));
  return Promise.resolve(`${releaseOf(greeting) ?? '2.0'}+`);
}

class KafkaSession implements ClusterSession {
  readonly version: string;
  readonly #admin: Admin;
  readonly #settings: ExternalKafka;
  readonly #asked: Asked;

  constructor(admin: Admin, settings: ExternalKafka, asked: Asked, version: string) {
    this.#admin = admin;
    this.#settings = settings;
    this.#asked = asked;
    this.version = version;
  }

  async ask(): Promise<void> {
    await this.#admin.describeCluster();
  }

  async look(tenants: readonly string[]) {
    const { brokers, provision, sasl } = this.#settings;
    const servers = brokers.map(endpointText).join(',');
    try {
      return await kafkaProvision(this.#admin, { user: sasl?.user, provision, servers }, tenants);
    } catch (error) {
      throw faults.questionFailed(this.#asked, 'what there is', error);
    }
  }

  async close(): Promise<void> {
    await this.#admin.disconnect().catch(() => undefined);
  }
}
