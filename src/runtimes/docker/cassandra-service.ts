import type { MemoryPlan } from './memory-plan.ts';
import type { ServiceSpec } from './service-spec.ts';

export const cassandraPort = 9042;
/** The data centre of the nodes, which drivers have to name. */
export const cassandraDatacenter = 'dc1';

export interface CassandraNode {
  /** `mysimbdp-<id>`, of names. */
  prefix: string;
  image: string;
  /** From 1 on; node 1 is the seed. */
  node: number;
  nodes: number;
  hostPort: number;
  memory: MemoryPlan;
}

/**
 * A node of Cassandra with authentication and authorization on. Settings that the image's entry point does not take go as
 * system properties, which Cassandra reads since 4.1 (`cassandra.settings.*`).
 */
export function cassandraService({ prefix, image, node, nodes, hostPort, memory }: CassandraNode): ServiceSpec {
  const name = `${prefix}-cassandra-${node}`;
  return {
    service: `cassandra-${node}`,
    name,
    image,
    environment: {
      CASSANDRA_CLUSTER_NAME: prefix,
      CASSANDRA_DC: cassandraDatacenter,
      CASSANDRA_RACK: `rack${node}`,
      CASSANDRA_ENDPOINT_SNITCH: 'GossipingPropertyFileSnitch',
      CASSANDRA_SEEDS: `${prefix}-cassandra-1`,
      MAX_HEAP_SIZE: `${memory.heapMb}M`,
      HEAP_NEWSIZE: `${Math.round(memory.heapMb / 4)}M`,
      JVM_EXTRA_OPTS: [...(nodes === 1 ? aloneOptions : []), ...settings].join(' '),
    },
    files: [],
    port: cassandraPort,
    hostPort,
    dataPath: '/var/lib/cassandra',
    memoryMb: memory.limitMb,
    stopSeconds: 60,
  };
}

/** A node that is alone has nobody to wait for: 65 s of a cold start become 10 s. */
const aloneOptions = ['-Dcassandra.skip_wait_for_gossip_to_settle=0', '-Dcassandra.ring_delay_ms=1'];

const settings = [
  // The default superuser exists at once instead of after 10 s; it is removed as soon as it has made its successor.
  '-Dcassandra.superuser_setup_delay_ms=0',
  '-Dcassandra.config.allow_system_properties=true',
  '-Dcassandra.settings.authenticator=PasswordAuthenticator',
  '-Dcassandra.settings.authorizer=CassandraAuthorizer',
  // What is written lives outside the heap until it is flushed: fewer pauses at the same heap.
  '-Dcassandra.settings.memtable_allocation_type=offheap_objects',
];
