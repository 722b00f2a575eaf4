import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type Dockerode from 'dockerode';
import { within } from '../../foundation/deadlines.ts';
import { PlatformError } from '../../foundation/errors.ts';
import type { EndpointSearch, EngineEndpoint } from './engine-endpoints.ts';
import { engineEndpoints, socketPath } from './engine-endpoints.ts';
import type { Surroundings } from './engine-faults.ts';
import { connectFault, engineNotInstalled, engineNotRunning, engineTooOld } from './engine-faults.ts';

/** Docker 20.10; Podman 4 speaks it too. */
const oldestApi = '1.41';
/** What this code was written against; an engine that speaks a newer one is asked for this. */
const newestApi = '1.48';
/** How long an engine may take over its first answer. Milliseconds. */
const answerMs = 10_000;

/** An engine that has answered. */
export interface Engine {
  docker: Dockerode;
  endpoint: EngineEndpoint;
  /** `28.2.2`, as the engine says. */
  version: string;
  /** The version of its API that is spoken with it. */
  apiVersion: string;
}

export interface ConnectOptions {
  /** `runtime.docker.host` of mysimbdp.yaml. */
  host?: string | undefined;
  /** Where to look; this process's own surroundings by default. */
  search?: Omit<EndpointSearch, 'configured'>;
}

/**
 * The engine that the docker CLI would use, or the first known socket that answers; the newest API version that both sides
 * speak.
 * @throws PlatformError ENGINE_…, each cause with its own code and way out
 */
export async function connectEngine({ host, search = ownSearch() }: ConnectOptions = {}): Promise<Engine> {
  const endpoints = await engineEndpoints({ ...search, configured: host });
  let first: PlatformError | undefined;
  for (const endpoint of endpoints) {
    try {
      return await connectTo(endpoint);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      first ??= error;
    }
  }
  if (first) throw first;
  const cli = findCli(search);
  if (cli !== undefined) throw engineNotRunning(`${cli} is installed, no socket of an engine is there`);
  throw engineNotInstalled(await surroundings(search.env));
}

/** The same; why none can be had is a value. */
export async function findEngine(options?: ConnectOptions): Promise<{ engine: Engine } | { fault: PlatformError }> {
  try {
    return { engine: await connectEngine(options) };
  } catch (error) {
    if (error instanceof PlatformError) return { fault: error };
    throw error;
  }
}

export function ownSearch(): Omit<EndpointSearch, 'configured'> {
  return { env: process.env, home: homedir(), platform: process.platform, uid: process.getuid?.() };
}

async function connectTo(endpoint: EngineEndpoint): Promise<Engine> {
  const { default: Docker } = await import('dockerode');
  const options = await optionsOf(endpoint);
  let version: Dockerode.DockerVersion;
  try {
    version = await within(answerMs, `the answer of ${endpoint.host}`, new Docker(options).version());
  } catch (error) {
    throw connectFault(endpoint, error);
  }
  const apiVersion = negotiated(version);
  const docker = new Docker({ ...options, version: `v${apiVersion}` });
  return { docker, endpoint, version: version.Version, apiVersion };
}

/** All that says where the engine is: what is left out, dockerode takes from DOCKER_HOST, and goes there. */
const notFromEnvironment = {
  host: undefined,
  port: undefined,
  protocol: 'http',
  ca: undefined,
  cert: undefined,
  key: undefined,
} as const;

async function optionsOf({ host, certificates }: EngineEndpoint): Promise<Dockerode.DockerOptions> {
  const path = socketPath(host);
  if (path !== undefined) return { ...notFromEnvironment, socketPath: path };
  const url = new URL(host);
  if (url.protocol === 'ssh:') {
    return { protocol: 'ssh', host: url.hostname, port: Number(url.port || 22), username: url.username };
  }
  const port = Number(url.port || (certificates === undefined ? 2375 : 2376));
  if (certificates === undefined) return { protocol: 'http', host: url.hostname, port };
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(certificates, name), 'utf8')),
  );
  return { protocol: 'https', host: url.hostname, port, ca, cert, key };
}

function negotiated({ ApiVersion, MinAPIVersion }: Dockerode.DockerVersion): string {
  if (compareVersions(ApiVersion, oldestApi) < 0) throw engineTooOld(ApiVersion, oldestApi);
  const common = compareVersions(ApiVersion, newestApi) < 0 ? ApiVersion : newestApi;
  // Podman says nothing of its oldest.
  return MinAPIVersion && compareVersions(common, MinAPIVersion) < 0 ? MinAPIVersion : common;
}

/** Below zero when `a` is older. @param a `1.41` */
function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** The path of a command line tool of an engine, a sign that one is installed. */
function findCli({ env, platform }: Omit<EndpointSearch, 'configured'>): string | undefined {
  const names = ['docker', 'podman', 'colima'].map((name) => (platform === 'win32' ? `${name}.exe` : name));
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** Where this process lives, as its environment shows it. */
export async function surroundings(env: EndpointSearch['env']): Promise<Surroundings> {
  if (env.WSL_DISTRO_NAME || /microsoft/i.test(await readFile('/proc/version', 'utf8').catch(() => ''))) return 'wsl';
  const inContainer = env.REMOTE_CONTAINERS ?? env.CODESPACES ?? env.container;
  return inContainer || existsSync('/.dockerenv') || existsSync('/run/.containerenv') ? 'container' : 'machine';
}
