import { Client, policies, types, type ClientOptions, type Host } from 'cassandra-driver';
import type { CassandraCluster, ClusterSecrets } from '../../protocol/jobs.ts';
import { addressTranslator } from '../../runtimes/published-addresses.ts';
import { tlsOptions } from '../../runtimes/tls-files.ts';
import { contactPointsOf, identityCheck } from './contact-points.ts';

const connectMs = 5000;
/** Longer than the server itself takes until it gives a request up (10 s at most, by default): its own words tell more. */
const answerMs = 15_000;
/** How soon a node that was down is tried again; a node that starts takes about ten seconds. Milliseconds. */
const reconnectMs = 500;

/** What the driver's types do not tell of a host. */
type EndingHost = Host & { shutdown(waitForPending: boolean): Promise<void> };

/**
 * When no node answers, the driver makes its hosts anew and forgets the ones before, which go on reconnecting for ever: they
 * would outlive their client, and keep its process from ending. The policy is asked about every host, so it knows them all.
 */
class KnowingPolicy extends policies.loadBalancing.TokenAwarePolicy {
  readonly #hosts = new Map<string, EndingHost>();

  override getDistance(host: Host): types.distance {
    const before = this.#hosts.get(host.address);
    if (before !== host) {
      this.#hosts.set(host.address, host as EndingHost);
      before?.shutdown(false).catch(() => undefined);
    }
    return super.getDistance(host);
  }

  async endHosts(): Promise<void> {
    await Promise.allSettled([...this.#hosts.values()].map((host) => host.shutdown(false)));
  }
}

class CassandraClient extends Client {
  readonly #knowing: KnowingPolicy;

  constructor(knowing: KnowingPolicy, options: ClientOptions) {
    super(options);
    this.#knowing = knowing;
  }

  override shutdown(): Promise<void>;
  override shutdown(callback: (error: Error) => void): void;
  override async shutdown(): Promise<void> {
    await super.shutdown();
    await this.#knowing.endHosts();
  }
}

/** A client of a cluster, not connected yet. The policies, and the version of the protocol, are explained in docs/decisions.md. */
export async function clientOf(cluster: CassandraCluster, { login, tls }: ClusterSecrets): Promise<Client> {
  const { localDataCenter, addresses } = cluster;
  const contact = await contactPointsOf(cluster.contactPoints);
  const knowing = new KnowingPolicy(new policies.loadBalancing.DCAwareRoundRobinPolicy(localDataCenter));
  return new CassandraClient(knowing, {
    contactPoints: contact.points,
    localDataCenter,
    ...(login ? { credentials: { username: login.user, password: login.password } } : {}),
    ...(tls ? { sslOptions: { ...tlsOptions(tls), ...(tls.verifyHostname ? identityCheck(contact) : {}) } } : {}),
    protocolOptions: { port: contact.port, maxVersion: types.protocolVersion.v4 },
    socketOptions: { connectTimeout: connectMs, readTimeout: answerMs },
    pooling: { coreConnectionsPerHost: { [types.distance.local]: 1 } },
    encoding: { map: Map, useBigIntAsLong: true, useBigIntAsVarint: true },
    queryOptions: { consistency: types.consistencies.localQuorum, prepare: true, isIdempotent: true },
    policies: {
      addressResolution: await addressTranslator({ ...contact.places, ...addresses }),
      loadBalancing: knowing,
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(reconnectMs),
      retry: new policies.retry.FallthroughRetryPolicy(),
      speculativeExecution: new policies.speculativeExecution.NoSpeculativeExecutionPolicy(),
    },
  });
}
