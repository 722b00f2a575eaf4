import { createHash } from 'node:crypto';

/** A file that is put into a container before its first start. */
export interface ContainerFile {
  /** Absolute, in the container. */
  path: string;
  content: string;
  mode: number;
  uid: number;
}

/** One server, as it is to be: everything that the engine is told. compose.yaml says the same. */
export interface ServiceSpec {
  /** `cassandra-1` */
  service: string;
  /** Name of the container, its host name in the network, and that of its volume. */
  name: string;
  image: string;
  environment: Readonly<Record<string, string>>;
  files: readonly ContainerFile[];
  /** Where clients of this machine reach it: `hostPort` of 127.0.0.1 leads to `port` in the container. */
  port: number;
  hostPort: number;
  /** Servers of its kind, which its data is spread over. */
  nodes: number;
  /** Its address in the network of containers, where that has to stay the same. */
  address?: string;
  /** Where the volume is mounted. */
  dataPath: string;
  memoryMb: number;
  /** What the server may take to end in order. */
  stopSeconds: number;
}

/**
 * Whether the server listens, as the engine asks in the container; the runtime then asks a real question. Bash opens the
 * connection itself: the tools of Cassandra and Kafka would start a JVM every second.
 */
export function healthCommand({ port }: Pick<ServiceSpec, 'port'>): string[] {
  return ['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`];
}

/** Labels by which everything that belongs to a platform is found again. */
export const labels = {
  platform: 'mysimbdp.platform',
  folder: 'mysimbdp.folder',
  service: 'mysimbdp.service',
  spec: 'mysimbdp.spec',
  /** Of networks in which addresses are fixed. */
  subnet: 'mysimbdp.subnet',
  /** Of volumes: how many servers the data is spread over. */
  nodes: 'mysimbdp.nodes',
} as const;

/** Differs when a container has to be made anew. Secrets go into it as part of a hash only. */
export function specHash(spec: ServiceSpec): string {
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16);
}
