import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { PlatformError } from '../../foundation/errors.ts';
import { pause } from '../../foundation/deadlines.ts';
import type { ServiceStatus, ServiceUsage } from '../../protocol/services.ts';
import type { DockerSettings } from '../runtime-settings.ts';
import type { PlatformServices, StartProgress, StartServicesOptions } from '../services.ts';
import { cassandraVersion } from './cassandra-login.ts';
import { cassandraService } from './cassandra-service.ts';
import { connectEngine, type Engine } from './connect-engine.ts';
import { PlatformContainers, prefixOf } from './containers.ts';
import { ensureCredentials, type Credentials } from './credentials.ts';
import { DockerService, type ReadyQuestion, type ServiceParts } from './docker-service.ts';
import { callEngine } from './call-engine.ts';
import { engineFault } from './engine-faults.ts';
import { ensureImage } from './images.ts';
import { createScramUser, isWrongLogin, kafkaBrokers } from './kafka-login.ts';
import { kafkaService } from './kafka-service.ts';
import { planMemory } from './memory-plan.ts';
import { labels } from './service-spec.ts';
import { usageOf } from './usage.ts';

/** How often containers are looked at when the engine tells nothing; its events bring a look at once. Milliseconds. */
const lookMs = 5000;

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
  readonly #containers: PlatformContainers;
  readonly #settings: DockerSettings;
  readonly #listeners: Pick<ServiceParts, 'changed' | 'tell'>;
  readonly #ending = new AbortController();
  #services: DockerService[] = [];
  #watching: Promise<unknown>[] = [];
  #events: EventStream | undefined;

  constructor(
    engine: Engine,
    credentials: Credentials,
    folder: PlatformFolder,
    settings: DockerSettings,
    listeners: Pick<ServiceParts, 'changed' | 'tell'>,
  ) {
    this.#engine = engine;
    this.#credentials = credentials;
    this.#containers = new PlatformContainers(engine, credentials.id, folder.root);
    this.#settings = settings;
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
    const network = await this.#containers.ensureNetwork();
    this.#services = await this.#declare(network);
    this.#listeners.changed();
    // Each is let come to its end: what the other has met is told when both are where they are.
    const outcomes = await Promise.allSettled(this.#services.map((service) => service.start(signal, onProgress)));
    signal.throwIfAborted();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason as Error;
    this.#watching = [this.#watch(), this.#listen()];
    // They end by the abort, which `dispose` waits for.
    for (const ended of this.#watching) ended.catch(() => undefined);
  }

  status(): ServiceStatus[] {
    return this.#services.map((service) => service.status());
  }

  async usage(): Promise<ServiceUsage[]> {
    const running = this.#services.filter((service) => service.status().state === 'running');
    return usageOf(
      this.#engine.docker,
      running.map(({ name, container }) => ({ service: name, container, volume: container })),
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

  async #declare(network: string): Promise<DockerService[]> {
    const { MemTotal } = await callEngine(
      this.#engine,
      'asking the engine for its memory',
      (docker) => docker.info() as Promise<{ MemTotal: number }>,
    );
    const memory = planMemory(MemTotal, { cassandra: 1, kafka: 1 });
    const { images, readySeconds } = this.#settings;
    const { id, cassandra, kafka } = this.#credentials;
    const prefix = prefixOf(id);
    const common = {
      engine: this.#engine,
      containers: this.#containers,
      network,
      readyMs: readySeconds * 1000,
      ...this.#listeners,
    };
    const one = { prefix, node: 1, nodes: 1 };
    const askKafka: ReadyQuestion = async (spec, container) => {
      try {
        await kafkaBrokers(spec.hostPort, kafka.admin);
      } catch (error) {
        if (!isWrongLogin(error)) throw error;
        await createScramUser(container, spec.name, kafka.admin);
        await kafkaBrokers(spec.hostPort, kafka.admin);
      }
      return versionIn((await container.inspect()).Config.Env);
    };
    return [
      new DockerService({
        ...common,
        service: 'cassandra-1',
        container: `${prefix}-cassandra-1`,
        image: images.cassandra,
        specFor: (hostPort) =>
          cassandraService({ ...one, image: images.cassandra, hostPort, memory: memory.cassandra }),
        ready: ({ hostPort }) => cassandraVersion(hostPort, cassandra),
      }),
      new DockerService({
        ...common,
        service: 'kafka-1',
        container: `${prefix}-kafka-1`,
        image: images.kafka,
        specFor: (hostPort) =>
          kafkaService({ ...one, image: images.kafka, hostPort, memory: memory.kafka, credentials: kafka }),
        ready: askKafka,
      }),
    ];
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
    await Promise.all(
      this.#services.map((service) =>
        service.look(signal).catch((error: unknown) => {
          if (signal.aborted) return;
          service.lost(error instanceof PlatformError ? error : engineFault(`looking at ${service.name}`, error));
        }),
      ),
    );
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

/** Official images say the version of Kafka in a variable. */
function versionIn(environment: readonly string[]): string | null {
  return environment.find((line) => line.startsWith('KAFKA_VERSION='))?.slice('KAFKA_VERSION='.length) ?? null;
}
