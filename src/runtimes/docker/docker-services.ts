import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import { pause } from '../../foundation/deadlines.ts';
import type { ServiceStatus, ServiceUsage } from '../../protocol/services.ts';
import { replicasOf } from '../cassandra-names.ts';
import type { DockerSettings } from '../runtime-settings.ts';
import type { CassandraAccess, PlatformServices, StartProgress, StartServicesOptions } from '../services.ts';
import type { PublishedAddresses } from '../published-addresses.ts';
import { callEngine } from './call-engine.ts';
import { settleCassandra } from './cassandra-login.ts';
import { cassandraDatacenter } from './cassandra-service.ts';
import { connectEngine, type Engine } from './connect-engine.ts';
import { PlatformContainers } from './containers.ts';
import { ensureCredentials, rememberData, type Credentials } from './credentials.ts';
import { declareServices } from './declare-services.ts';
import type { DockerService, ServiceParts } from './docker-service.ts';
import { engineFault } from './engine-faults.ts';
import { ensureImage } from './images.ts';
import { serviceNotReady } from './service-faults.ts';
import { labels } from './service-spec.ts';
import { usageOf } from './usage.ts';
import { VolumeSizes } from './volume-sizes.ts';

/** How often containers are looked at when the engine tells nothing; its events bring a look at once. Milliseconds. */
const lookMs = 5000;
/** What an engine that is well may take to say so. Milliseconds. */
const pingMs = 10_000;
/** How long a cluster whose nodes all answer may take until they see each other. Milliseconds. */
const settleMs = 60_000;

/**
 * Brings up Cassandra and Kafka for a platform folder: what is there is used, what is missing is made. When it fails, or is
 * cancelled, what is up stays, for the next try; `purgeDockerServices` removes it.
 * @param engine one that has answered already
 * @throws PlatformError ENGINE_…, IMAGE_NOT_AVAILABLE, NAME_CONFLICT, PORT_TAKEN, SERVICE_…
 */
export async function startDockerServices(
  folder: PlatformFolder,
  settings: DockerSettings,
  { signal, onProgress, onChange, onEvent }: StartServicesOptions,
  engine?: Engine,
): Promise<PlatformServices> {
  engine ??= await connectEngine({ host: settings.host });
  const credentials = await ensureCredentials(folder.servicesFile);
  const services = new DockerServices(engine, credentials, folder, settings, { changed: onChange, tell: onEvent });
  try {
    await services.start(signal, onProgress);
    return services;
  } catch (error) {
    await services.dispose();
    throw error;
  }
}

type EventStream = NodeJS.ReadableStream & { destroy(): void };

class DockerServices implements PlatformServices {
  readonly #engine: Engine;
  readonly #credentials: Credentials;
  readonly #credentialsFile: string;
  readonly #containers: PlatformContainers;
  readonly #settings: DockerSettings;
  readonly #listeners: Pick<ServiceParts, 'changed' | 'tell'>;
  readonly #sizes: VolumeSizes;
  readonly #ending = new AbortController();
  #services: DockerService[] = [];
  #watching: Promise<unknown>[] = [];
  #events: EventStream | undefined;
  #engineFault: PlatformError | null = null;

  constructor(
    engine: Engine,
    credentials: Credentials,
    folder: PlatformFolder,
    settings: DockerSettings,
    listeners: Pick<ServiceParts, 'changed' | 'tell'>,
  ) {
    this.#engine = engine;
    this.#credentials = credentials;
    this.#credentialsFile = folder.servicesFile;
    this.#containers = new PlatformContainers(engine, credentials.id, folder.root);
    this.#settings = settings;
    this.#sizes = new VolumeSizes(engine, this.#ending.signal);
    this.#listeners = listeners;
  }

  async start(signal: AbortSignal, onProgress: (progress: StartProgress) => void): Promise<void> {
    const { images } = this.#settings;
    const failing = new AbortController();
    const either = AbortSignal.any([signal, failing.signal]);
    // When one cannot be had, the other is not downloaded any further.
    const pulls = Object.entries({ 'cassandra-1': images.cassandra, 'kafka-1': images.kafka }).map(([service, image]) =>
      this.#image(service, image, onProgress, either).catch((error: unknown) => failing.abort(error)),
    );
    await Promise.all(pulls);
    either.throwIfAborted();
    this.#services = await declareServices(
      this.#engine,
      this.#containers,
      this.#credentials,
      this.#settings,
      this.#listeners,
    );
    this.#listeners.changed();
    // Each is let come to its end: what the other has met is told when both are where they are.
    const outcomes = await Promise.allSettled(this.#services.map((service) => service.start(signal, onProgress)));
    signal.throwIfAborted();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason as Error;
    await this.#settle(signal);
    await rememberData(
      this.#credentialsFile,
      this.#services.map(({ name }) => name),
    );
    this.#watching = [this.#watch(), this.#listen()];
    // They end by the abort, which `dispose` waits for.
    for (const ended of this.#watching) ended.catch(() => undefined);
  }

  status(): ServiceStatus[] {
    return this.#services.map((service) => service.status());
  }

  cassandra(): CassandraAccess {
    const nodes = this.status().filter(({ service }) => service.startsWith('cassandra-'));
    const { user, password } = this.#credentials.cassandra;
    return {
      kind: 'cassandra',
      cluster: {
        contactPoints: nodes.flatMap(({ endpoint }) => endpoint ?? []),
        localDataCenter: cassandraDatacenter,
        addresses: { ...this.#published() },
        replication: replicasOf(nodes.length),
      },
      admin: { user, password },
    };
  }

  async usage(): Promise<ServiceUsage[]> {
    const running = this.#services.filter((service) => service.status().state === 'running');
    return usageOf(
      this.#engine,
      running.map(({ name, container }) => ({ service: name, container, volume: container })),
      this.#sizes,
    );
  }

  async stop(): Promise<void> {
    await this.dispose();
    const stopped = await Promise.allSettled(this.#services.map(({ container }) => this.#containers.stop(container)));
    for (const outcome of stopped) if (outcome.status === 'rejected') throw outcome.reason as Error;
  }

  async dispose(): Promise<void> {
    this.#ending.abort();
    this.#events?.destroy();
    // What is being mended now must not come up behind a stop.
    await Promise.allSettled([...this.#watching, ...this.#services.map((service) => service.settled())]);
  }

  /** Where the nodes of a cluster are reached from here. */
  #published(): PublishedAddresses {
    return Object.assign({}, ...this.#services.map((service) => service.published)) as PublishedAddresses;
  }

  /**
   * Has the nodes of a cluster do without any one of them. A coordinator may still think that another is down: it is asked
   * again.
   */
  async #settle(signal: AbortSignal): Promise<void> {
    const published = this.#published();
    if (Object.keys(published).length === 0) return;
    const end = performance.now() + settleMs;
    for (;;) {
      try {
        await settleCassandra(published, this.#credentials.cassandra);
        return;
      } catch (error) {
        if (performance.now() > end) throw serviceNotReady('cassandra', settleMs / 1000, messageOf(error), []);
        await pause(1000, signal);
      }
    }
  }

  #image(
    service: string,
    image: string,
    onProgress: (progress: StartProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    onProgress({ service, stage: 'image' });
    return ensureImage(
      this.#engine,
      image,
      ({ doneLayers, layers, doneBytes, bytes }) => {
        const sizes = bytes > 0 ? `, ${(doneBytes / 1e6).toFixed(0)} of ${(bytes / 1e6).toFixed(0)} MB` : '';
        onProgress({ service, stage: 'image', detail: `${image}: ${doneLayers} of ${layers} layers${sizes}` });
      },
      signal,
    );
  }

  /** Looks at all of them now and then, also when the engine was away and tells nothing. Ends by the abort. */
  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      await pause(lookMs, signal);
      await this.#lookAtAll();
    }
  }

  async #lookAtAll(): Promise<void> {
    const { signal } = this.#ending;
    const fault = await callEngine(this.#engine, 'looking after the engine', (docker) => docker.ping(), pingMs).then(
      () => null,
      (error: unknown) => error as PlatformError,
    );
    if (signal.aborted) return;
    this.#engineAnswers(fault);
    if (fault) {
      for (const service of this.#services) service.lost(fault);
      return;
    }
    await Promise.all(
      this.#services.map((service) =>
        service.look(signal).catch((error: unknown) => {
          if (signal.aborted) return;
          service.lost(error instanceof PlatformError ? error : engineFault(`looking at ${service.name}`, error));
        }),
      ),
    );
  }

  /** Says once that the engine is gone, and once that it is back, however many servers are out of sight for it. */
  #engineAnswers(fault: PlatformError | null): void {
    if ((fault === null) === (this.#engineFault === null)) return;
    this.#engineFault = fault;
    const said = fault
      ? ({ level: 'error', type: 'engine-lost', message: fault.message } as const)
      : ({ level: 'info', type: 'engine-back', message: 'the container engine answers again' } as const);
    this.#listeners.tell({ service: 'engine', ...said });
  }

  /** The engine tells what happens to containers; a stream that breaks is opened again when the engine is back. */
  async #listen(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      try {
        const filters = {
          type: ['container' as const],
          event: ['die', 'oom', 'destroy', 'pause', 'unpause', 'start'],
          label: [`${labels.platform}=${this.#credentials.id}`],
        };
        const events = (await this.#engine.docker.getEvents({ filters, abortSignal: signal })) as EventStream;
        this.#events = events;
        for await (const event of events) {
          // What happened is seen better by looking.
          if (event !== '') void this.#lookAtAll();
        }
      } catch {
        // The look that comes by itself tells what is wrong.
      }
      await pause(lookMs, signal);
    }
  }
}
