import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { didYouMean } from '../../foundation/suggestions.ts';
import type { CassandraPlaces } from '../published-addresses.ts';
import type { ServiceLogOptions } from '../services.ts';
import { connectEngine } from './connect-engine.ts';
import { containerLog } from './container-log.ts';
import { PlatformContainers, publishedPort } from './containers.ts';
import { readCredentials, rememberData } from './credentials.ts';
import { cassandraDatacenter } from './cassandra-service.ts';

// What can be done with the containers of a platform folder whether or not its control plane is up.

function unknownService(service: string, known: readonly string[]): PlatformError {
  const suggestion = didYouMean(service, known);
  return new PlatformError({
    code: 'UNKNOWN_SERVICE',
    message: `there is no service ${service}`,
    hint:
      suggestion === undefined
        ? known.length === 0
          ? 'The platform has no services; they come with "mysimbdp up --runtime docker".'
          : `There are ${known.join(', ')}.`
        : `Did you mean "${suggestion}"?`,
    kind: 'usage',
  });
}

/** Stops what a control plane left running that was killed. @returns names of the services that were stopped */
export async function stopLeftServices(folder: PlatformFolder, host: string | undefined): Promise<string[]> {
  const containers = await containersOf(folder, host);
  if (!containers) return [];
  const running = [...(await containers.list())].filter(([, { State }]) => State === 'running' || State === 'paused');
  await Promise.all(running.map(([, { Id }]) => containers.stop(Id)));
  return running.map(([service]) => service);
}

/**
 * Removes containers, volumes and the network of the platform folder, and nothing else. Nothing is done for a folder that
 * never had any.
 * @returns what was removed, by name
 * @throws PlatformError ENGINE_…: then everything is still there, also what is needed to find it
 */
export async function purgeServices(folder: PlatformFolder, host: string | undefined): Promise<string[]> {
  const removed = await (await containersOf(folder, host))?.purge();
  if (removed) await rememberData(folder.servicesFile, []);
  return removed ?? [];
}

/** The lines of a service's log. @throws PlatformError UNKNOWN_SERVICE, ENGINE_… */
export async function* serviceLog(
  folder: PlatformFolder,
  host: string | undefined,
  service: string,
  options: ServiceLogOptions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const credentials = await readCredentials(folder.servicesFile);
  if (!credentials) throw unknownService(service, []);
  const engine = await connectEngine({ host });
  const found = await new PlatformContainers(engine, credentials.id, folder.root).list();
  const container = found.get(service);
  if (!container) throw unknownService(service, [...found.keys()]);
  yield* containerLog(engine.docker, container.Id, options, signal);
}

async function containersOf(folder: PlatformFolder, host: string | undefined): Promise<PlatformContainers | undefined> {
  const credentials = await readCredentials(folder.servicesFile);
  return credentials && new PlatformContainers(await connectEngine({ host }), credentials.id, folder.root);
}

/** Where drivers of this machine reach Cassandra. @throws PlatformError UNKNOWN_SERVICE, ENGINE_… */
export async function cassandraPlaces(folder: PlatformFolder, host: string | undefined): Promise<CassandraPlaces> {
  const containers = await containersOf(folder, host);
  const found = [...((await containers?.list()) ?? [])].filter(([service]) => service.startsWith('cassandra-'));
  if (!containers || found.length === 0) throw unknownService('cassandra', []);
  const nodes = await Promise.all(found.map(([, { Id }]) => containers.inspect(Id)));
  const published: Record<string, string> = {};
  for (const node of nodes) {
    const address = Object.values(node.NetworkSettings.Networks)[0]?.IPAddress;
    const port = publishedPort(node);
    // One that does not run has no address just now, but keeps its port.
    if (port !== undefined) published[address || node.Name] = `127.0.0.1:${port}`;
  }
  return { contactPoints: Object.values(published), localDataCenter: cassandraDatacenter, published };
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
  const credentials = await readCredentials(folder.servicesFile);
  if (!credentials) throw unknownService(service, []);
  const endpoint = endpoints.join(',');
  const lines = service.startsWith('cassandra')
    ? {
        [endpoints.length > 1 ? 'contact points' : 'contact point']: endpoint,
        'local data center': cassandraDatacenter,
        ...credentials.cassandra,
      }
    : { brokers: endpoint, 'SASL mechanism': 'SCRAM-SHA-512', ...credentials.kafka.admin };
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
