import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RuntimeKind } from '../protocol/services.ts';
import type { CassandraPlaces } from './published-addresses.ts';
import type { ExternalSettings, RuntimeSettings } from './runtime-settings.ts';
import type { PlatformServices, ServiceLogOptions, ServiceShell, StartExternalOptions } from './services.ts';

/** The runtime that was chosen, and why. */
export interface StartedServices {
  kind: RuntimeKind;
  /** One sentence for the log; what was asked for by name needs none. */
  reason: string | undefined;
  services: PlatformServices;
}

/**
 * Brings up the services of the runtime that is asked for; `auto` is docker where an engine answers, else embedded. What a
 * runtime needs is loaded only with its first use.
 * @throws PlatformError of the docker or external runtime; `auto` does not throw for want of an engine
 */
export async function startServices(
  folder: PlatformFolder,
  { kind, docker, external }: RuntimeSettings,
  options: StartExternalOptions,
): Promise<StartedServices> {
  if (kind === 'embedded') return { kind, reason: undefined, services: noServices };
  if (kind === 'external') {
    const { startExternalServices } = await import('./external/external-services.ts');
    return { kind, reason: undefined, services: await startExternalServices(folder, external, options) };
  }
  const [{ findEngine }, { startDockerServices }] = await Promise.all([
    import('./docker/connect-engine.ts'),
    import('./docker/docker-services.ts'),
  ]);
  if (kind === 'docker') {
    return { kind, reason: undefined, services: await startDockerServices(folder, docker, options) };
  }
  const found = await findEngine({ host: docker.host });
  if ('fault' in found)
    return { kind: 'embedded', reason: `runtime embedded: ${found.fault.message}`, services: noServices };
  const { version, endpoint } = found.engine;
  return {
    kind: 'docker',
    reason: `runtime docker: the engine ${version} of ${endpoint.source} answers`,
    services: await startDockerServices(folder, docker, options, found.engine),
  };
}

/**
 * The lines of a service's log, whether or not the control plane is up.
 * @throws PlatformError UNKNOWN_SERVICE, SERVICE_NOT_OURS, ENGINE_…
 */
export async function* serviceLog(
  folder: PlatformFolder,
  runtime: RuntimeSettings | undefined,
  service: string,
  options: ServiceLogOptions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (runtime && isExternal(runtime, service)) {
    const { serviceNotOurs } = await import('./external/external-services.ts');
    throw serviceNotOurs(service, 'log');
  }
  const docker = await import('./docker/found-services.ts');
  yield* docker.serviceLog(folder, runtime?.docker.host, service, options, signal);
}

/** Where drivers of this machine reach the Cassandra of a platform. @throws PlatformError UNKNOWN_SERVICE, ENGINE_… */
export async function cassandraPlaces(folder: PlatformFolder, host: string | undefined): Promise<CassandraPlaces> {
  const docker = await import('./docker/found-services.ts');
  return docker.cassandraPlaces(folder, host);
}

/**
 * What a client has to know to reach a service, as lines of text with user and password; of the password for an external one only
 * where it is kept.
 * @param endpoints of all servers of its kind
 */
export async function connectionOf(
  folder: PlatformFolder,
  runtime: RuntimeSettings | undefined,
  service: string,
  endpoints: readonly string[],
): Promise<string> {
  if (runtime && isExternal(runtime, service)) {
    const { externalConnection } = await import('./external/external-services.ts');
    return externalConnection(runtime.external, service);
  }
  const docker = await import('./docker/found-services.ts');
  return docker.connectionOf(folder, service, endpoints);
}

/** cqlsh where a node of Cassandra runs, logged in. @throws PlatformError SERVICE_NOT_RUNNING, NO_CQLSH, ENGINE_… */
export async function openCqlShell(
  folder: PlatformFolder,
  runtime: RuntimeSettings | undefined,
  service: string,
): Promise<ServiceShell> {
  if (runtime && isExternal(runtime, service)) {
    const { serviceNotOurs } = await import('./external/external-services.ts');
    throw serviceNotOurs(service, 'container');
  }
  const docker = await import('./docker/cql-shell.ts');
  return docker.openCqlShell(folder, runtime?.docker.host, service);
}

/** Servers in containers have a number behind their names, so a service is of one runtime only, whichever was started. */
function isExternal({ external }: RuntimeSettings, service: string): service is keyof ExternalSettings {
  return Object.hasOwn(external, service) && external[service as keyof ExternalSettings] !== undefined;
}

/** The embedded runtime: everything is in the managers and the runners. */
const noServices: PlatformServices = {
  status: () => [],
  cassandra: () => undefined,
  usage: () => Promise.resolve([]),
  stop: () => Promise.resolve(),
  dispose: () => Promise.resolve(),
};
