import { messageOf, PlatformError, systemCode } from '../../foundation/errors.ts';
import type { EngineEndpoint } from './engine-endpoints.ts';

// Every cause of "Docker does not work" is told apart, each with its own way out.

/** Where this process lives, as far as it changes what the user can do about a missing engine. */
export type Surroundings = 'machine' | 'container' | 'wsl';

const withoutDocker = 'or run without Docker: --runtime embedded.';

export function engineContextUnknown(name: string, file: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_CONTEXT_UNKNOWN',
    message: `the Docker context ${name} is not known: ${file} cannot be read`,
    hint: 'See the contexts with "docker context ls" and choose one with "docker context use".',
    kind: 'usage',
    cause,
  });
}

export function engineNotInstalled(surroundings: Surroundings): PlatformError {
  const hints: Record<Surroundings, string> = {
    machine: `Install Docker Engine, Docker Desktop, Colima or Podman; ${withoutDocker}`,
    container: `Mount the socket of the host into the container (in devcontainer.json: the feature docker-outside-of-docker); ${withoutDocker}`,
    wsl: `Turn on the WSL integration of this distribution in Docker Desktop (Settings, Resources), or install Docker in it; ${withoutDocker}`,
  };
  const where: Record<Surroundings, string> = {
    machine: 'on this machine',
    container: 'in this container, and the socket of an engine outside is not mounted',
    wsl: 'in this WSL distribution',
  };
  return new PlatformError({
    code: surroundings === 'machine' ? 'ENGINE_NOT_INSTALLED' : 'ENGINE_NOT_REACHABLE_FROM_HERE',
    message: `there is no container engine ${where[surroundings]}`,
    hint: hints[surroundings],
    kind: 'unreachable',
  });
}

/** @param place what was tried, or where the CLI was found */
export function engineNotRunning(place: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_NOT_RUNNING',
    message: `the container engine does not run (${place})`,
    hint: `Start it: Docker Desktop, "colima start", "sudo systemctl start docker"; ${withoutDocker}`,
    kind: 'unreachable',
    cause,
  });
}

export function enginePermissionDenied({ host }: EngineEndpoint, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_PERMISSION_DENIED',
    message: `this user may not use the container engine at ${host}`,
    hint: 'Add the user to the group docker ("sudo usermod -aG docker $USER"), then log in again.',
    kind: 'unreachable',
    cause,
  });
}

export function engineUnreachable({ host, source }: EngineEndpoint, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_UNREACHABLE',
    message: `the container engine at ${host} (${source}) cannot be reached: ${messageOf(cause)}`,
    hint: `Correct ${source}, or start that engine; ${withoutDocker}`,
    kind: 'unreachable',
    cause,
  });
}

export function engineTooOld(apiVersion: string, wanted: string): PlatformError {
  return new PlatformError({
    code: 'ENGINE_TOO_OLD',
    message: `the container engine speaks API ${apiVersion}; at least ${wanted} is needed`,
    hint: 'Install Docker 20.10 or newer, or Podman 4 or newer.',
    kind: 'unreachable',
  });
}

/**
 * A server listens, but not at the port of 127.0.0.1 that the engine has published for it.
 * @param surroundings where this process lives
 */
export function engineElsewhere(
  { host, source }: EngineEndpoint,
  endpoint: string,
  surroundings: Surroundings,
): PlatformError {
  const hints: Record<Surroundings, string> = {
    machine:
      'Run the platform on the machine of that engine, or choose the engine of this one with "docker context use default"',
    container:
      'This container and the engine of the host have different loopback addresses: share the network of the host (in devcontainer.json: "runArgs": ["--network=host"]), or give the container an engine of its own (the feature docker-in-docker)',
    wsl: 'Use the engine of this distribution, or Docker Desktop with its WSL integration',
  };
  return new PlatformError({
    code: 'ENGINE_ELSEWHERE',
    message: `the container engine at ${host} (${source}) publishes ports on a loopback address that is not the one from here: nothing listens at ${endpoint}, though the server behind it is up`,
    hint: `${hints[surroundings]}; ${withoutDocker}`,
    kind: 'unreachable',
  });
}

export function nameConflict(what: string, name: string): PlatformError {
  return new PlatformError({
    code: 'NAME_CONFLICT',
    message: `there is a ${what} named ${name} that this platform has not made`,
    hint: `Look at it with "docker inspect ${name}", then rename or remove it.`,
    kind: 'conflict',
  });
}

export function portTaken(service: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'PORT_TAKEN',
    message: `no port on 127.0.0.1 could be had for ${service}: ${messageOf(cause)}`,
    hint: 'Other programs take ports faster than they are chosen here; try again.',
    cause,
  });
}

export function imageNotAvailable(image: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'IMAGE_NOT_AVAILABLE',
    message: `the image ${image} is not on this machine, and its registry could not give it: ${messageOf(cause)}`,
    hint: 'Check the connection and the name, load it with "docker load", or build it without a registry: "npm run images" in the sources of mysimbdp.',
    kind: 'unreachable',
    cause,
  });
}

export function engineDiskFull(cause: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_DISK_FULL',
    message: `the container engine has no space left: ${messageOf(cause)}`,
    hint: 'See what takes it with "docker system df"; free it with "docker system prune", or enlarge the disk of the engine.',
    cause,
  });
}

export function engineMemoryTooSmall(
  { cassandra, kafka }: { cassandra: number; kafka: number },
  neededMb: number,
  haveMb: number,
): PlatformError {
  const mib = (megabytes: number) => `${Math.round(megabytes)} MiB`;
  return new PlatformError({
    code: 'ENGINE_MEMORY_TOO_SMALL',
    message: `Cassandra (nodes: ${cassandra}) and Kafka (brokers: ${kafka}) need ${mib(neededMb)}; the container engine has ${mib(haveMb)} for everything`,
    hint: 'Give the engine more memory, or set runtime.docker.nodes and runtime.docker.brokers to 1.',
  });
}

export function engineNotAnswering(doing: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_NOT_ANSWERING',
    message: `the container engine does not answer (${doing})`,
    hint: 'It may be asleep or overloaded: look at it with "docker ps", or start it anew.',
    kind: 'unreachable',
    cause,
  });
}

export function engineFault(doing: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'ENGINE_FAULT',
    message: `${doing}: ${messageOf(cause)}`,
    hint: 'The log of the engine says more.',
    cause,
  });
}

/** The HTTP status of an answer of the engine, else undefined. */
export function statusOf(thrown: unknown): number | undefined {
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

export function isNotFound(thrown: unknown): boolean {
  return statusOf(thrown) === 404;
}

/** What an engine that was named, or found by its socket, answers to the first question. */
export function connectFault(endpoint: EngineEndpoint, thrown: unknown): PlatformError {
  switch (systemCode(thrown)) {
    case 'EACCES':
    case 'EPERM':
      return enginePermissionDenied(endpoint, thrown);
    case 'ENOENT':
    case 'ECONNREFUSED':
      return engineNotRunning(`${endpoint.source}, ${endpoint.host}`, thrown);
    default:
      return engineUnreachable(endpoint, thrown);
  }
}

/** A fault of a call to an engine that has answered before. @param doing for messages: `creating the network x` */
export function callFault(doing: string, thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError)
    return thrown.code === 'DEADLINE_EXCEEDED' ? engineNotAnswering(doing, thrown) : thrown;
  if (/no space left on device/i.test(messageOf(thrown))) return engineDiskFull(thrown);
  const code = systemCode(thrown);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE')
    return engineNotRunning('it has answered before', thrown);
  return engineFault(doing, thrown);
}
