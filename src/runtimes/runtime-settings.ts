import type { RuntimeKind } from '../protocol/services.ts';

/** What mysimbdp.yaml says of the services, complete. */
export interface RuntimeSettings {
  kind: RuntimeKind | 'auto';
  docker: DockerSettings;
}

/** Servers of one kind: one alone, or three, of which any one may be away. */
export type ClusterSize = 1 | 3;

export interface DockerSettings {
  /** As DOCKER_HOST has it; undefined: as the docker CLI finds it. */
  host: string | undefined;
  images: { cassandra: string; kafka: string };
  /** Nodes of Cassandra. */
  nodes: ClusterSize;
  /** Brokers of Kafka, each a controller as well. */
  brokers: ClusterSize;
  /** How long a server may take until it answers. Seconds. */
  readySeconds: number;
}
