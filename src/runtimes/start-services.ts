import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RuntimeKind } from '../protocol/services.ts';
import type { CassandraPlaces } from './published-addresses.ts';
import type { RuntimeSettings } from './runtime-settings.ts';
import type { PlatformServices, ServiceLogOptions, ServiceShell, StartServicesOptions } from './services.ts';

/** The runtime that was chosen, and why. */
export interface StartedServices {
  kind: RuntimeKind;
  /** One sentence for the log; what was asked for by name needs none. */
  reason: string | undefined;
  services: PlatformServices;
}

/**
 * Brings up the services of the runtime that is asked for; `auto` is docker where an engine answers, else embedded. What the
 * docker runtime needs is loaded only with its first use.
 * @throws PlatformError of the docker runtime; `auto` does not throw for want of an engine
 */
export async function startServices(
  folder: PlatformFolder,
  { kind, docker }: RuntimeSettings,
  options: StartServicesOptions,
): Promise<StartedServices> {
  if (kind === 'embedded') return { kind, reason: undefined, services: noServices };
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

/** The lines of a service's log, whether or not the control plane is up. @throws PlatformError UNKNOWN_SERVICE, ENGINE_… */
export async function* serviceLog(
  folder: PlatformFolder,
  runtime: RuntimeSettings | undefined,
  service: string,
  options: ServiceLogOptions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const docker = await import('./docker/found-services.ts');
  yield* docker.serviceLog(folder, runtime?.docker.host, service, options, signal);
}

/** Where drivers of this machine reach the Cassandra of a platform. @throws PlatformError UNKNOWN_SERVICE, ENGINE_… */
export async function cassandraPlaces(folder: PlatformFolder, host: string | undefined): Promise<CassandraPlaces> {
  const docker = await import('./docker/found-services.ts');
  return docker.cassandraPlaces(folder, host);
}

/**
 * What a client has to know to reach a service, as lines of text with user and password.
 * @param endpoints of all servers of its kind
 */
export async function connectionOf(
  folder: PlatformFolder,
  service: string,
  endpoints: readonly string[],
): Promise<string> {
  const docker = await import('./docker/found-services.ts');
  return docker.connectionOf(folder, service, endpoints);
}

/** cqlsh where a node of Cassandra runs, logged in. @throws PlatformError SERVICE_NOT_RUNNING, NO_CQLSH, ENGINE_… */
export async function openCqlShell(
  folder: PlatformFolder,
  runtime: RuntimeSettings | undefined,
  service: string,
): Promise<ServiceShell> {
  const docker = await import('./docker/cql-shell.ts');
  return docker.openCqlShell(folder, runtime?.docker.host, service);
}

/** The embedded runtime: everything is in the managers and the runners. */
const noServices: PlatformServices = {
  status: () => [],
  usage: () => Promise.resolve([]),
  stop: () => Promise.resolve(),
  dispose: () => Promise.resolve(),
};
