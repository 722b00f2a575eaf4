import { readFile } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import { parse } from 'yaml';

// docker/compose.yaml, read as Docker Compose reads it: as far as that file uses its language, and nothing more.

interface ComposeService {
  image: string;
  container_name?: string;
  hostname?: string;
  environment?: Record<string, string>;
  entrypoint?: string[];
  command?: string[];
  ports?: string[];
  volumes?: string[];
  networks: Record<string, { aliases: string[] }> | string[];
  mem_limit?: string;
  stop_grace_period?: string;
  healthcheck?: { test: string[]; interval: string; timeout: string; start_period: string; retries: number };
  logging?: { driver: string; options: Record<string, string> };
  restart?: string;
  configs?: { source: string; target: string; uid: string; gid: string; mode: number }[];
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, { name: string; driver: string; driver_opts: Record<string, string> }>;
  volumes: Record<string, { name: string }>;
  configs: Record<string, { content: string }>;
}

const file = new URL('../../../docker/compose.yaml', import.meta.url);

/**
 * @param variables those of .env. Throws when one is missing that the file requires, as Compose does.
 * @param prefix of other names, for a test that must not meet a stack that somebody runs
 */
export async function readCompose(
  variables: Readonly<Record<string, string>>,
  prefix = 'mysimbdp',
): Promise<ComposeFile> {
  const text = (await readFile(file, 'utf8'))
    .replaceAll(/\bmysimbdp(-(?:cassandra|kafka)-\d)/g, `${prefix}$1`)
    .replaceAll('name: mysimbdp\n', `name: ${prefix}\n`);
  // Its numbers are those of YAML 1.1: 0400 is octal.
  const raw: unknown = parse(text, { version: '1.1', merge: true });
  return interpolate(raw, variables) as ComposeFile;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?why}` and `$$`, in every text below. */
function interpolate(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => interpolate(item, variables));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolate(item, variables)]));
  if (typeof value !== 'string') return value;
  return value.replace(
    /\$(?:(\$)|\{(\w+)(?:(:-|:\?)([^}]*))?\})/g,
    (_, dollar?: string, name = '', operator?: string, word = '') => {
      if (dollar !== undefined) return dollar;
      const given = variables[name as string];
      if (given) return given;
      if (operator === ':?') throw new Error(`${name as string}: ${word as string}`);
      return operator === ':-' ? (word as string) : '';
    },
  );
}

/** What Compose asks the engine to make of a service, as far as the file says. */
export function composeContainer(compose: ComposeFile, service: string): Dockerode.ContainerCreateOptions {
  const one = serviceOf(compose, service);
  const [network = '', aliases] = Array.isArray(one.networks)
    ? [one.networks[0]]
    : (Object.entries(one.networks).map(([name, { aliases: names }]) => [name, names] as const)[0] ?? []);
  const networkName = compose.networks[network]?.name ?? '';
  const ports = (one.ports ?? []).map((port) => port.split(':') as [string, string, string]);
  return {
    ...(one.container_name !== undefined && { name: one.container_name }),
    Image: one.image,
    ...(one.hostname !== undefined && { Hostname: one.hostname }),
    ...(one.entrypoint && { Entrypoint: one.entrypoint }),
    ...(one.command && { Cmd: one.command }),
    Env: Object.entries(one.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(ports.length > 0 && { ExposedPorts: Object.fromEntries(ports.map(([, , port]) => [`${port}/tcp`, {}])) }),
    ...(one.stop_grace_period !== undefined && { StopTimeout: seconds(one.stop_grace_period) }),
    ...(one.healthcheck && {
      Healthcheck: {
        Test: one.healthcheck.test,
        Interval: seconds(one.healthcheck.interval) * 1e9,
        Timeout: seconds(one.healthcheck.timeout) * 1e9,
        StartPeriod: seconds(one.healthcheck.start_period) * 1e9,
        Retries: one.healthcheck.retries,
      },
    }),
    HostConfig: {
      NetworkMode: networkName,
      ...(ports.length > 0 && {
        PortBindings: Object.fromEntries(
          ports.map(([HostIp, HostPort, port]) => [`${port}/tcp`, [{ HostIp, HostPort }]]),
        ),
      }),
      ...(one.volumes && {
        Mounts: one.volumes.map((volume) => {
          const [name = '', Target = ''] = volume.split(':');
          return { Type: 'volume', Source: compose.volumes[name]?.name ?? '', Target };
        }),
      }),
      ...(one.mem_limit !== undefined && { Memory: Number(one.mem_limit.replace(/m$/, '')) * 2 ** 20 }),
      ...(one.logging && { LogConfig: { Type: one.logging.driver, Config: one.logging.options } }),
    },
    ...(aliases && { NetworkingConfig: { EndpointsConfig: { [networkName]: { Aliases: [...aliases] } } } }),
  };
}

/** Files that Compose puts into a container before it starts. */
export function composeFiles(compose: ComposeFile, service: string) {
  return (serviceOf(compose, service).configs ?? []).map(({ source, target, uid, mode }) => ({
    path: target,
    content: compose.configs[source]?.content,
    mode,
    uid: Number(uid),
  }));
}

export function composeNetwork({ networks }: ComposeFile, network: string): Dockerode.NetworkCreateOptions {
  const { name, driver, driver_opts } = networks[network] ?? { name: '', driver: '', driver_opts: {} };
  return { Name: name, Driver: driver, Options: driver_opts };
}

function serviceOf({ services }: ComposeFile, name: string): ComposeService {
  const service = services[name];
  if (!service) throw new Error(`compose.yaml has no service ${name}`);
  return service;
}

function seconds(duration: string): number {
  return Number(/^(\d+)s$/.exec(duration)?.[1]);
}
