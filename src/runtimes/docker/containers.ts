import { basename, dirname } from 'node:path';
import type Dockerode from 'dockerode';
import { pack } from 'tar-stream';
import { messageOf } from '../../foundation/errors.ts';
import { callEngine } from './call-engine.ts';
import { containerOptions } from './container-options.ts';
import type { Engine } from './connect-engine.ts';
import { callFault, isNotFound, nameConflict, portTaken, statusOf } from './engine-faults.ts';
import { ensureNetwork, type PlatformNetwork } from './platform-network.ts';
import { freePort } from './ports.ts';
import type { ServiceSpec } from './service-spec.ts';
import { labels, specHash } from './service-spec.ts';

/** How long a server may take to end in order, with what the engine needs to kill it then. Milliseconds. */
const stopMs = 90_000;
/** How often another port is tried when one was taken between its choice and its use. */
const portTries = 5;

/** The name that everything of a platform begins with. */
export function prefixOf(id: string): string {
  return `mysimbdp-${id}`;
}

/** Everything in the engine that belongs to one platform: its network, volumes and containers, found by its label. */
export class PlatformContainers {
  readonly #engine: Engine;
  readonly #id: string;
  /** For people who look at the engine. */
  readonly #folder: string;

  constructor(engine: Engine, id: string, folder: string) {
    this.#engine = engine;
    this.#id = id;
    this.#folder = folder;
  }

  get #labels(): Record<string, string> {
    return { [labels.platform]: this.#id, [labels.folder]: this.#folder };
  }

  get #filters(): { label: string[] } {
    return { label: [`${labels.platform}=${this.#id}`] };
  }

  /** Containers of the platform, running or not, by name of their service. */
  async list(): Promise<Map<string, Dockerode.ContainerInfo>> {
    const found = await this.#call('listing containers', (docker) =>
      docker.listContainers({ all: true, filters: this.#filters }),
    );
    return new Map(found.map((info) => [info.Labels[labels.service] ?? info.Id, info]));
  }

  /** The network of the platform's containers. @param fixed whether containers have addresses in it that stay the same */
  ensureNetwork(fixed: boolean): Promise<PlatformNetwork> {
    return ensureNetwork(this.#engine, prefixOf(this.#id), this.#labels, fixed);
  }

  /** Over how many servers the data that is there is spread: `cassandra` → 3. */
  async dataSizes(): Promise<Map<string, number>> {
    const { Volumes } = await this.#volumes();
    return new Map(
      Volumes.map(({ Name, Labels }) => [
        Name.slice(prefixOf(this.#id).length + 1).replace(/-\d+$/, ''),
        Number((Labels as Record<string, string> | null)?.[labels.nodes] ?? 1),
      ]),
    );
  }

  #volumes() {
    return this.#call('listing volumes', (docker) => docker.listVolumes({ filters: this.#filters }));
  }

  /** Whether there is the volume that a container of that name has its data in. @throws PlatformError NAME_CONFLICT, ENGINE_… */
  async hasVolume(name: string): Promise<boolean> {
    const volume = await this.#call(`looking for the volume ${name}`, async (docker) =>
      docker
        .getVolume(name)
        .inspect()
        .catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        }),
    );
    // Another platform's data must not get into the hands of this one.
    const owner = (volume?.Labels as Record<string, string> | null | undefined)?.[labels.platform];
    if (volume && owner !== this.#id) throw nameConflict('volume', name);
    return volume !== undefined;
  }

  /**
   * The container of a service, running: the one that is there when it is as it should be, else a new one on the same
   * volume. `specFor` gives the service for a port of this machine; a port that was taken meanwhile is given up for another.
   * @throws PlatformError NAME_CONFLICT, PORT_TAKEN, ENGINE_…
   */
  async ensureRunning(
    service: string,
    specFor: (hostPort: number) => ServiceSpec,
    network: string,
  ): Promise<ServiceSpec> {
    const there = (await this.list()).get(service);
    if (there) {
      const spec = specFor(publishedPort(await this.inspect(there.Id)) ?? (await freePort()));
      // One that was never started may lack files: its making was cut off.
      const whole = there.State !== 'created' && there.Labels[labels.spec] === specHash(spec);
      if (whole && (await this.#startExisting(there))) return spec;
      await this.remove(there.Id, spec.stopSeconds);
    }
    for (let attempt = 1; ; attempt++) {
      const spec = specFor(await freePort());
      const id = await this.#create(spec, network);
      try {
        await this.#call(`starting ${service}`, (docker) => docker.getContainer(id).start());
        return spec;
      } catch (error) {
        await this.remove(id, 0);
        if (!isPortTaken(error)) throw error;
        if (attempt === portTries) throw portTaken(service, error);
      }
    }
  }

  /** Whether it runs now. Not when its port was taken while it was down: then it has to be made anew, with another. */
  async #startExisting({ Id, State, Names }: Dockerode.ContainerInfo): Promise<boolean> {
    try {
      if (State === 'paused') await this.#call('unpausing', (docker) => docker.getContainer(Id).unpause());
      else if (State !== 'running') await this.start(Id);
      return true;
    } catch (error) {
      // The network may have been pruned while it was down: the container knows it by an id that is none any more.
      if (isPortTaken(error) || /network \S+ not found/i.test(messageOf(error))) return false;
      throw callFault(`starting ${Names[0] ?? Id}`, error);
    }
  }

  async #create(spec: ServiceSpec, network: string): Promise<string> {
    const { name, service } = spec;
    await this.#ensureVolume(spec);
    const create = () =>
      this.#engine.docker.createContainer({
        ...containerOptions(spec, network),
        Labels: { ...this.#labels, [labels.service]: service, [labels.spec]: specHash(spec) },
      });
    const container = await create().catch((error: unknown) => {
      if (statusOf(error) === 409 && /name/i.test(messageOf(error))) throw nameConflict('container', name);
      throw callFault(`creating the container ${name}`, error);
    });
    for (const [folder, files] of groupBy(spec.files, ({ path }) => dirname(path))) {
      const archive = pack();
      for (const { path, content, mode, uid } of files)
        archive.entry({ name: basename(path), mode, uid, gid: uid }, content);
      archive.finalize();
      await this.#call(`putting files into ${name}`, () => container.putArchive(archive, { path: folder }));
    }
    return container.id;
  }

  async #ensureVolume({ name, nodes }: ServiceSpec): Promise<void> {
    if (await this.hasVolume(name)) return;
    await this.#call(`creating the volume ${name}`, (docker) =>
      docker.createVolume({ Name: name, Labels: { ...this.#labels, [labels.nodes]: String(nodes) } }),
    );
  }

  inspect(container: string): Promise<Dockerode.ContainerInspectInfo> {
    return this.#call(`looking at ${container}`, (docker) => docker.getContainer(container).inspect());
  }

  start(container: string): Promise<void> {
    return this.#call(`starting ${container}`, async (docker) => {
      await docker.getContainer(container).start().catch(unlessAlready);
    });
  }

  /** Lets the server end in order, then ends it. */
  stop(container: string): Promise<void> {
    const stop = async (docker: Dockerode) => {
      await docker
        .getContainer(container)
        .stop()
        .catch((error: unknown) => {
          if (!isNotFound(error)) unlessAlready(error);
        });
    };
    return this.#call(`stopping ${container}`, stop, stopMs);
  }

  /** Stops and removes a container with the volumes that have no name. @param stopSeconds 0: at once */
  async remove(container: string, stopSeconds: number): Promise<void> {
    if (stopSeconds > 0) await this.stop(container);
    await this.#call(`removing ${container}`, async (docker) => {
      await docker
        .getContainer(container)
        .remove({ force: true, v: true })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error as Error;
        });
    });
  }

  /** Removes everything of the platform and nothing else. @returns what was removed, by name */
  async purge(): Promise<string[]> {
    const removed: string[] = [];
    for (const { Id, Names } of (await this.list()).values()) {
      await this.remove(Id, 0);
      removed.push(`container ${(Names[0] ?? Id).replace(/^\//, '')}`);
    }
    const { Volumes } = await this.#volumes();
    for (const { Name } of Volumes) {
      await this.#call(`removing the volume ${Name}`, (docker) => docker.getVolume(Name).remove());
      removed.push(`volume ${Name}`);
    }
    const networks = await this.#call('listing networks', (docker) => docker.listNetworks({ filters: this.#filters }));
    for (const { Id, Name } of networks) {
      await this.#call(`removing the network ${Name}`, (docker) => docker.getNetwork(Id).remove());
      removed.push(`network ${Name}`);
    }
    return removed;
  }

  #call<T>(doing: string, call: (docker: Dockerode) => Promise<T>, milliseconds?: number): Promise<T> {
    return callEngine(this.#engine, doing, call, milliseconds);
  }
}

/** The port of 127.0.0.1 that a container was made with. */
export function publishedPort({ HostConfig }: Dockerode.ContainerInspectInfo): number | undefined {
  const bindings = Object.values(
    (HostConfig.PortBindings ?? {}) as Record<string, { HostPort?: string }[] | undefined>,
  );
  const port = bindings[0]?.[0]?.HostPort;
  return port ? Number(port) : undefined;
}

function isPortTaken(thrown: unknown): boolean {
  return /port is already allocated|address already in use|ports are not available/i.test(messageOf(thrown));
}

/** 304: it is in that state already. */
function unlessAlready(thrown: unknown): void {
  if (statusOf(thrown) !== 304) throw thrown as Error;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
