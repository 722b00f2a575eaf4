import type { RuntimeKind } from '../protocol/services.ts';

/** What mysimbdp.yaml says of the services, complete. */
export interface RuntimeSettings {
  kind: RuntimeKind | 'auto';
  docker: DockerSettings;
}

export interface DockerSettings {
  /** As DOCKER_HOST has it; undefined: as the docker CLI finds it. */
  host: string | undefined;
  images: { cassandra: string; kafka: string };
  /** How long a server may take until it answers. Seconds. */
  readySeconds: number;
}
