import { PlatformError } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { replicasOf } from '../cassandra-names.ts';
import {
  endpointText,
  type ExternalCassandra,
  type ExternalSettings,
  type SecretReference,
} from '../runtime-settings.ts';
import type { CassandraAccess, PlatformServices, StartExternalOptions } from '../services.ts';
import { cassandraCluster } from './cassandra-cluster.ts';
import type { ExternalCluster } from './external-cluster.ts';
import { ExternalService } from './external-service.ts';
import { kafkaCluster } from './kafka-cluster.ts';

function externalNotConfigured(): PlatformError {
  return new PlatformError({
    code: 'EXTERNAL_NOT_CONFIGURED',
    message: 'mysimbdp.yaml names no external cluster',
    hint: 'Write runtime.external into mysimbdp.yaml, with cassandra, kafka or both.',
    kind: 'usage',
  });
}

export function serviceNotOurs(service: string, what: string): PlatformError {
  return new PlatformError({
    code: 'SERVICE_NOT_OURS',
    message: `${service} is an external cluster: its ${what} is with whoever runs it`,
    hint: 'The platform only asks it, and tells in its own log when it does not answer.',
    kind: 'usage',
  });
}

/** The clusters that mysimbdp.yaml names. @throws PlatformError EXTERNAL_NOT_CONFIGURED when there is none */
export function externalClusters(folder: PlatformFolder, { cassandra, kafka }: ExternalSettings): ExternalCluster[] {
  const places = { root: folder.root, env: process.env };
  const clusters = [
    ...(cassandra ? [cassandraCluster(cassandra, places)] : []),
    ...(kafka ? [kafkaCluster(kafka, places)] : []),
  ];
  if (clusters.length === 0) throw externalNotConfigured();
  return clusters;
}

/**
 * Connects to the clusters and goes on asking them. Ending it ends our connections and nothing else.
 * @throws PlatformError EXTERNAL_NOT_CONFIGURED, SECRET_MISSING, TLS_FILE_UNUSABLE, those of connection-faults.ts
 */
export async function startExternalServices(
  folder: PlatformFolder,
  settings: ExternalSettings,
  { signal, tenants, onProgress, onChange, onEvent }: StartExternalOptions,
): Promise<PlatformServices> {
  const services = externalClusters(folder, settings).map(
    (cluster) => new ExternalService({ cluster, tenants, changed: onChange, tell: onEvent }),
  );
  const started = await Promise.allSettled(services.map((service) => service.start(signal, onProgress)));
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await Promise.all(services.map((service) => service.close()));
    signal.throwIfAborted();
    throw failed.reason as Error;
  }
  const own = settings.cassandra;
  const ending = new AbortController();
  // They end by the abort.
  const watching = services.map((service) => service.watch(ending.signal).catch(() => undefined));
  const dispose = async () => {
    ending.abort();
    await Promise.all(watching);
    await Promise.all(services.map((service) => service.close()));
  };
  return {
    status: () => services.map((service) => service.status()),
    cassandra: () => own && accessTo(own, services.find(({ name }) => name === 'cassandra')?.localNodes ?? 1),
    // What they take is of machines that are not ours.
    usage: () => Promise.resolve([]),
    stop: dispose,
    dispose,
  };
}

function accessTo(settings: ExternalCassandra, nodes: number): CassandraAccess {
  const { contactPoints, localDataCenter } = settings;
  const cluster = {
    contactPoints: contactPoints.map(endpointText),
    localDataCenter,
    addresses: {},
    replication: replicasOf(nodes),
  };
  return { kind: 'external', cluster, settings };
}

/** What a client has to know to reach a cluster, as lines of text; of a secret only where it is kept. */
export function externalConnection({ cassandra, kafka }: ExternalSettings, service: keyof ExternalSettings): string {
  if (service === 'cassandra' && cassandra) {
    const { contactPoints, localDataCenter, login, tls } = cassandra;
    return lines({
      'contact points': contactPoints.map(endpointText).join(', '),
      'local data center': localDataCenter,
      user: login?.user,
      password: login && placeOf(login.password),
      TLS: tls ? 'yes' : 'no',
    });
  }
  if (service === 'kafka' && kafka) {
    const { brokers, sasl, tls } = kafka;
    return lines({
      brokers: brokers.map(endpointText).join(', '),
      'SASL mechanism': sasl?.mechanism.toUpperCase(),
      user: sasl?.user,
      password: sasl && placeOf(sasl.password),
      TLS: tls ? 'yes' : 'no',
    });
  }
  throw externalNotConfigured();
}

function placeOf({ env, file }: SecretReference): string {
  return file === undefined ? `in the environment variable ${env ?? ''}` : `in the file ${file}`;
}

function lines(named: Record<string, string | undefined>): string {
  return Object.entries(named)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]))
    .join('');
}
