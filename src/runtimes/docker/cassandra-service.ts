import type { MemoryPlan } from './memory-plan.ts';
import type { ServiceSpec } from './service-spec.ts';

export const cassandraPort = 9042;
/** The data centre of the nodes, which drivers have to name. */
export const cassandraDatacenter = 'dc1';

export interface CassandraNode {
  /** `mysimbdp-<id>`, of names. */
  prefix: string;
  image: string;
  /** From 1 on. */
  node: number;
  nodes: number;
  /** In the network of containers; the nodes of a cluster know each other by it. */
  address?: string | undefined;
  /** Whether it takes the place of itself, whose data is gone while the other nodes have theirs. */
  lost?: boolean;
  hostPort: number;
  memory: MemoryPlan;
}

/**
 * A node of Cassandra, alone or one of a cluster in which each is a rack of its own, with authentication and authorization on.
 * Settings that the image's entry point does not take go as system properties, which Cassandra reads since 4.1
 * (`cassandra.settings.*`).
 */
export function cassandraService(options: CassandraNode): ServiceSpec {
  const { prefix, image, node, nodes, address, lost = false, hostPort, memory } = options;
  const nameOf = (one: number) => `${prefix}-cassandra-${one}`;
  // A seed would not ask the others for its data.
  const seeds = Array.from({ length: nodes }, (_, index) => index + 1).filter((one) => !lost || one !== node);
  const name = nameOf(node);
  const cluster = nodes > 1;
  return {
    service: `cassandra-${node}`,
    name,
    image,
    environment: {
      CASSANDRA_CLUSTER_NAME: prefix,
      CASSANDRA_DC: cassandraDatacenter,
      CASSANDRA_RACK: `rack${node}`,
      CASSANDRA_ENDPOINT_SNITCH: 'GossipingPropertyFileSnitch',
      CASSANDRA_SEEDS: seeds.map(nameOf).join(','),
      ...(cluster && { CASSANDRA_NUM_TOKENS: '1' }),
      MAX_HEAP_SIZE: `${memory.heapMb}M`,
      HEAP_NEWSIZE: `${Math.round(memory.heapMb / 4)}M`,
      JVM_EXTRA_OPTS: [...(cluster ? clusterOptions(options) : aloneOptions), ...settings].join(' '),
    },
    files: [],
    port: cassandraPort,
    hostPort,
    nodes,
    ...(address !== undefined && { address }),
    dataPath: '/var/lib/cassandra',
    memoryMb: memory.limitMb,
    stopSeconds: 60,
  };
}

/** A node that is alone has nobody to wait for: 65 s of a cold start become 10 s. */
const aloneOptions = ['-Dcassandra.skip_wait_for_gossip_to_settle=0', '-Dcassandra.ring_delay_ms=1'];

/**
 * All nodes of a new cluster start at once: each is a seed, so none waits for another's data, of which there is none yet, and
 * each has its token from here, so no two can choose the same. One after another they would take three times as long.
 */
function clusterOptions({ node, nodes, address, lost }: CassandraNode): string[] {
  const place = lost
    ? `-Dcassandra.replace_address_first_boot=${address}`
    : `-Dcassandra.settings.initial_token=${tokenOf(node, nodes)}`;
  return [place, '-Dcassandra.ring_delay_ms=5000'];
}

/** Tokens that part the ring, from -2^63 to 2^63, into equal pieces. */
function tokenOf(node: number, nodes: number): bigint {
  return (2n ** 64n * BigInt(2 * node - 1)) / BigInt(2 * nodes) - 2n ** 63n;
}

const settings = [
  // The default superuser exists at once instead of after 10 s; it is removed as soon as it has made its successor.
  '-Dcassandra.superuser_setup_delay_ms=0',
  '-Dcassandra.config.allow_system_properties=true',
  '-Dcassandra.settings.authenticator=PasswordAuthenticator',
  '-Dcassandra.settings.authorizer=CassandraAuthorizer',
  // A write is acknowledged when it is on the disk: by default a node that is killed loses the last 100 ms, and a power cut 10 s.
  '-Dcassandra.settings.commitlog_sync=group',
  '-Dcassandra.settings.commitlog_sync_group_window=10ms',
  '-Dcassandra.settings.commitlog_sync_period=0ms',
  // A tenant that is removed with its data is gone: dropping a table would keep a copy of it.
  '-Dcassandra.settings.auto_snapshot=false',
  // Batches of a writer are that large on purpose; each warning would be a line in the log.
  '-Dcassandra.settings.batch_size_warn_threshold=160KiB',
  '-Dcassandra.settings.batch_size_fail_threshold=320KiB',
  // What is written lives outside the heap until it is flushed: fewer pauses at the same heap.
  '-Dcassandra.settings.memtable_allocation_type=offheap_objects',
];
