import { PlatformError } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RuntimeKind } from '../protocol/services.ts';
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
  const [{ connectEngine }, { startDockerServices }] = await Promise.all([
    import('./docker/connect-engine.ts'),
    import('./docker/docker-services.ts'),
  ]);
  if (kind === 'docker') {
    return { kind, reason: undefined, services: await startDockerServices(folder, docker, options) };
  }
  const engine = await connectEngine({ host: docker.host }).catch((error: unknown) => {
    if (error instanceof PlatformError) return error;
    throw error;
  });
  if (engine instanceof PlatformError)
    return { kind: 'embedded', reason: `runtime embedded: ${engine.message}`, services: noServices };
  const { version, endpoint } = engine;
  return {
    kind: 'docker',
    reason: `runtime docker: the engine ${version} of ${endpoint.source} answers`,
    services: await startDockerServices(folder, docker, options, engine),
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

/** What a client has to know to reach a service at `endpoint`, as lines of text with user and password. */
export async function connectionOf(folder: PlatformFolder, service: string, endpoint: string): Promise<string> {
  const docker = await import('./docker/found-services.ts');
  return docker.connectionOf(folder, service, endpoint);
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
