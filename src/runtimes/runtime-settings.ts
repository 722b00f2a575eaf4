import type { RuntimeKind } from '../protocol/services.ts';

/** What mysimbdp.yaml says of the services, complete. */
export interface RuntimeSettings {
  kind: RuntimeKind | 'auto';
  docker: DockerSettings;
  external: ExternalSettings;
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

/** Clusters of somebody else; undefined: the platform has none of that kind. */
export interface ExternalSettings {
  cassandra: ExternalCassandra | undefined;
  kafka: ExternalKafka | undefined;
}

export interface ExternalCassandra {
  contactPoints: readonly Endpoint[];
  localDataCenter: string;
  /** Undefined: nobody logs in. */
  login: ExternalLogin | undefined;
  /** Undefined: without TLS. */
  tls: TlsSettings | undefined;
  provision: Provisioning;
  /** Of the roles that an administrator makes, one a tenant, by `referenceOf`; undefined: all come in as the platform's user. */
  tenantPassword: SecretReference | undefined;
}

export interface ExternalKafka {
  brokers: readonly Endpoint[];
  /** Undefined: nobody logs in. */
  sasl: (ExternalLogin & { mechanism: SaslMechanism }) | undefined;
  tls: TlsSettings | undefined;
  provision: Provisioning;
}

/** Where a server listens. */
export interface Endpoint {
  /** A name, or an address without brackets. */
  host: string;
  port: number;
}

export interface ExternalLogin {
  user: string;
  password: SecretReference;
}

/** Where a secret is kept: never the secret itself. Exactly one of the two. */
export interface SecretReference {
  /** Name of a variable in the environment of the process that runs the platform. */
  env?: string | undefined;
  /** Path of a file, relative to the platform folder; a line end behind the secret does not count. */
  file?: string | undefined;
}

/** Paths of PEM files, relative to the platform folder. */
export interface TlsSettings {
  /** Who signs the servers' certificates; undefined: those that Node knows. */
  ca: string | undefined;
  /** The client's own, where the servers ask for one. */
  client: { certificate: string; key: string; passphrase?: SecretReference | undefined } | undefined;
  /** Whether a certificate has to be of the host that was asked for. */
  verifyHostname: boolean;
}

/** Who makes keyspaces, roles, topics and access rules: the platform, or an administrator of the cluster. */
export type Provisioning = 'managed' | 'existing';

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** `db1.example:9042`, `[::1]:9042` */
export function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Reads `host`, `host:port`, `[address]` or `[address]:port`; undefined when it is none of them. */
export function parseEndpoint(text: string, defaultPort: number): Endpoint | undefined {
  const [, address, name, digits] = /^(?:\[([0-9a-f:.%]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = address ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
