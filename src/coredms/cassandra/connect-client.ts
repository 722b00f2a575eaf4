import { Client, policies, types } from 'cassandra-driver';
import type { CassandraCluster, Login } from '../../protocol/jobs.ts';
import { addressTranslator } from '../../runtimes/published-addresses.ts';

const connectMs = 5000;
/** Longer than the server itself takes until it gives a request up (10 s at most, by default): its own words tell more. */
const answerMs = 15_000;
/** How soon a node that was down is tried again; a node that starts takes about ten seconds. Milliseconds. */
const reconnectMs = 500;

/** A client of a cluster, not connected yet. The policies are explained in docs/decisions.md. */
export async function clientOf(cluster: CassandraCluster, { user, password }: Login): Promise<Client> {
  const { contactPoints, localDataCenter, addresses } = cluster;
  return new Client({
    contactPoints,
    localDataCenter,
    credentials: { username: user, password },
    socketOptions: { connectTimeout: connectMs, readTimeout: answerMs },
    pooling: { coreConnectionsPerHost: { [types.distance.local]: 1 } },
    encoding: { map: Map, useBigIntAsLong: true, useBigIntAsVarint: true },
    queryOptions: { consistency: types.consistencies.localQuorum, prepare: true, isIdempotent: true },
    policies: {
      addressResolution: await addressTranslator(addresses),
      loadBalancing: new policies.loadBalancing.TokenAwarePolicy(
        new policies.loadBalancing.DCAwareRoundRobinPolicy(localDataCenter),
      ),
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(reconnectMs),
      retry: new policies.retry.FallthroughRetryPolicy(),
      speculativeExecution: new policies.speculativeExecution.NoSpeculativeExecutionPolicy(),
    },
  });
}
