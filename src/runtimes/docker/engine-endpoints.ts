import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { engineContextUnknown } from './engine-faults.ts';

/** One place where an engine may answer. */
export interface EngineEndpoint {
  /** As DOCKER_HOST has it: `unix:///var/run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://…`, `ssh://…`. */
  host: string;
  /** Who says so, for messages: `DOCKER_HOST`, `the context colima`, `Docker Desktop`. */
  source: string;
  /** Folder of ca.pem, cert.pem and key.pem, for TLS. */
  certificates?: string;
}

export interface EndpointSearch {
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  home: string;
  platform: NodeJS.Platform;
  /** User id, for sockets of engines without root. */
  uid: number | undefined;
  /** What mysimbdp.yaml says; goes before everything else. */
  configured?: string | undefined;
}

const configFile = z.object({ currentContext: z.string().optional() });
const contextMeta = z.object({
  Name: z.string(),
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
});

/**
 * Where to look for an engine, in the order of the docker CLI: the setting, DOCKER_HOST, the context; where none of them says
 * anything, the sockets that engines are known to make, of those that exist. One that was named is the only one: somebody
 * who names an engine does not want another.
 * @throws PlatformError ENGINE_CONTEXT_UNKNOWN
 */
export async function engineEndpoints(search: EndpointSearch): Promise<EngineEndpoint[]> {
  const { env, home, configured } = search;
  const certificates =
    env.DOCKER_TLS_VERIFY || env.DOCKER_CERT_PATH ? (env.DOCKER_CERT_PATH ?? join(home, '.docker')) : undefined;
  const tls = certificates === undefined ? {} : { certificates };
  if (configured !== undefined) return [{ host: configured, source: 'runtime.docker.host of mysimbdp.yaml', ...tls }];
  if (env.DOCKER_HOST) return [{ host: env.DOCKER_HOST, source: 'DOCKER_HOST', ...tls }];
  const config = env.DOCKER_CONFIG ?? join(home, '.docker');
  const context = env.DOCKER_CONTEXT ?? (await currentContext(config));
  if (context !== undefined && context !== '' && context !== 'default') return [await contextEndpoint(config, context)];
  return knownSockets(search).filter(({ host }) => existsSync(socketPath(host) ?? ''));
}

/** The file of a socket or pipe; undefined for a host that is reached by network. */
export function socketPath(host: string): string | undefined {
  const found = /^(?:unix|npipe):\/\/(.*)$/.exec(host)?.[1];
  return found ?? (host.startsWith('/') ? host : undefined);
}

/** A file that is missing or not JSON names no context, as for the docker CLI. */
async function currentContext(config: string): Promise<string | undefined> {
  try {
    return configFile.parse(JSON.parse(await readFile(join(config, 'config.json'), 'utf8'))).currentContext;
  } catch {
    return undefined;
  }
}

/** The docker CLI keeps each context in a folder named by the SHA-256 of its name. */
async function contextEndpoint(config: string, name: string): Promise<EngineEndpoint> {
  const folder = createHash('sha256').update(name).digest('hex');
  const file = join(config, 'contexts', 'meta', folder, 'meta.json');
  try {
    const { Endpoints } = contextMeta.parse(JSON.parse(await readFile(file, 'utf8')));
    const certificates = join(config, 'contexts', 'tls', folder, 'docker');
    const tls = existsSync(certificates) ? { certificates } : {};
    return { host: Endpoints.docker.Host, source: `the context ${name}`, ...tls };
  } catch (error) {
    throw engineContextUnknown(name, file, error);
  }
}

/** Docker's own socket first, then Docker Desktop, Colima, Rancher Desktop, rootless Docker, Podman. */
function knownSockets({ env, home, platform, uid }: EndpointSearch): EngineEndpoint[] {
  if (platform === 'win32') {
    return [
      { host: 'npipe:////./pipe/docker_engine', source: 'Docker' },
      { host: 'npipe:////./pipe/dockerDesktopLinuxEngine', source: 'Docker Desktop' },
      { host: 'npipe:////./pipe/podman-machine-default', source: 'Podman' },
    ];
  }
  const runtimeFolder = env.XDG_RUNTIME_DIR ?? (uid === undefined ? undefined : `/run/user/${uid}`);
  const unix = (path: string, source: string): EngineEndpoint => ({ host: `unix://${path}`, source });
  return [
    unix('/var/run/docker.sock', 'Docker'),
    unix(join(home, '.docker/run/docker.sock'), 'Docker Desktop'),
    unix(join(home, '.docker/desktop/docker.sock'), 'Docker Desktop'),
    unix(join(home, '.colima/default/docker.sock'), 'Colima'),
    unix(join(home, '.rd/docker.sock'), 'Rancher Desktop'),
    ...(runtimeFolder === undefined
      ? []
      : [
          unix(join(runtimeFolder, 'docker.sock'), 'Docker without root'),
          unix(join(runtimeFolder, 'podman/podman.sock'), 'Podman'),
        ]),
    unix('/run/podman/podman.sock', 'Podman'),
  ];
}
