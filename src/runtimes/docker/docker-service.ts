import type Dockerode from 'dockerode';
import { pause, within } from '../../foundation/deadlines.ts';
import { faultOf, messageOf, type PlatformError } from '../../foundation/errors.ts';
import type { ServiceStatus } from '../../protocol/services.ts';
import type { ServiceEvent, StartProgress } from '../services.ts';
import type { PublishedAddresses } from '../published-addresses.ts';
import { surroundings, type Engine } from './connect-engine.ts';
import { lastLines } from './container-log.ts';
import type { PlatformContainers } from './containers.ts';
import { engineElsewhere, isNotFound } from './engine-faults.ts';
import { isOpen } from './ports.ts';
import {
  dataLost,
  serviceEnded,
  serviceNotReady,
  servicePaused,
  serviceRemoved,
  serviceSilent,
} from './service-faults.ts';
import type { ServiceSpec } from './service-spec.ts';

/**
 * Asks what only a working server answers, and does what a new one needs. It may throw as long as the server is not ready.
 * @returns its version, null when it does not say
 */
export type ReadyQuestion = (spec: ServiceSpec, container: Dockerode.Container) => Promise<string | null>;

export interface ServiceParts {
  engine: Engine;
  containers: PlatformContainers;
  service: string;
  container: string;
  image: string;
  /** @param lost whether its data is gone, though others of its kind may have theirs */
  specFor: (hostPort: number, lost: boolean) => ServiceSpec;
  /** Whether it has been up before, so that there has to be data. */
  hadData: boolean;
  network: string;
  ready: ReadyQuestion;
  /** How long a server may take until it answers. Milliseconds. */
  readyMs: number;
  changed: () => void;
  tell: (event: ServiceEvent) => void;
}

const lookMs = 250;
/** How long a published port may stay closed behind a server that listens. Milliseconds. */
const closedPortMs = 5000;
/** When an engine has not looked after the health of a container by then, it does not: Podman needs systemd for it. Milliseconds. */
const unlookedMs = 15_000;
/** Ends within so long count together. Milliseconds. */
const restartWindowMs = 600_000;
/** More ends than that, and the service is left as failed. */
const maxRestarts = 5;
/** Before the first restart, doubled each time. Milliseconds. */
const firstPauseMs = 500;

/** One server in its container: started, watched, started again when it ends by itself. */
export class DockerService {
  readonly #parts: ServiceParts;
  #spec: ServiceSpec | undefined;
  #state: ServiceStatus['state'] = 'starting';
  #version: string | null = null;
  #problem: PlatformError | null = null;
  #restarts = 0;
  #hadData: boolean;
  /** From when its data was found to be gone until it is up again. */
  #lost = false;
  /** When it was started again, of `performance.now()`. */
  readonly #restartTimes: number[] = [];
  #mending: Promise<void> | undefined;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#hadData = parts.hadData;
  }

  get name(): string {
    return this.#parts.service;
  }

  get container(): string {
    return this.#parts.container;
  }

  /** Its address in the network of containers, where that is fixed, and where this machine reaches it. */
  get published(): PublishedAddresses {
    const { address, hostPort } = this.#spec ?? {};
    return address === undefined ? {} : { [address]: `127.0.0.1:${hostPort}` };
  }

  status(): ServiceStatus {
    const { service, image, container } = this.#parts;
    return {
      service,
      state: this.#state,
      endpoint: this.#spec ? `127.0.0.1:${this.#spec.hostPort}` : null,
      image,
      version: this.#version,
      container,
      restarts: this.#restarts,
      problem: this.#problem && faultOf(this.#problem),
    };
  }

  /**
   * Resolves when the server has answered a real question.
   * @throws PlatformError SERVICE_NOT_READY, SERVICE_… when it ended, NAME_CONFLICT, PORT_TAKEN, ENGINE_…
   */
  async start(signal: AbortSignal, onProgress: (progress: StartProgress) => void): Promise<void> {
    const { containers, service, container, specFor, network, tell } = this.#parts;
    const progress = (stage: StartProgress['stage']) => onProgress({ service, stage });
    progress('container');
    signal.throwIfAborted();
    if (this.#hadData && !(await containers.hasVolume(container))) {
      this.#lost = true;
      tell({ service, level: 'error', type: 'service-data-lost', message: dataLost(service) });
    }
    this.#spec = await containers.ensureRunning(service, (hostPort) => specFor(hostPort, this.#lost), network);
    this.#parts.changed();
    progress('listening');
    this.#version = await this.#answer(this.#spec, signal, () => progress('login'));
    this.#hadData = true;
    this.#lost = false;
    this.#become('running', null);
    progress('ready');
  }

  /** Marks it as out of sight: the engine does not answer. */
  lost(problem: PlatformError): void {
    if (this.#mending === undefined) this.#become('unreachable', problem);
  }

  /** Resolves when nothing is being mended. */
  settled(): Promise<void> {
    return this.#mending?.catch(() => undefined) ?? Promise.resolve();
  }

  /** Looks at the container and does what it takes: nothing, most of the time. One look at a time. */
  look(signal: AbortSignal): Promise<void> {
    this.#mending ??= this.#mend(signal).finally(() => (this.#mending = undefined));
    return this.#mending;
  }

  async #mend(signal: AbortSignal): Promise<void> {
    const { containers, service, container, tell } = this.#parts;
    if (signal.aborted) return;
    const info = await containers.inspect(container).catch((error: unknown) => {
      if (isNotFound((error as { cause?: unknown }).cause)) return undefined;
      throw error;
    });
    if (info?.State.Paused) {
      const paused = servicePaused(service, container);
      if (this.#state !== 'stopped') tell({ service, level: 'warn', type: 'service-paused', message: paused.message });
      this.#become('stopped', paused);
      return;
    }
    if (info?.State.Running) {
      // Also one that was given up, and that somebody has started: it is asked before it is believed.
      if (this.#state !== 'running') return this.#restart(signal, null);
      const silent = info.State.Health?.Status === 'unhealthy';
      this.#become('running', silent ? serviceSilent(service) : null);
      return;
    }
    if (this.#state === 'failed') return;
    const { ExitCode: exitCode = 0, OOMKilled: oomKilled = false } = info?.State ?? {};
    const cause = info
      ? serviceEnded(service, { exitCode, oomKilled }, await lastLines(this.#parts.engine.docker, container))
      : serviceRemoved(service);
    await this.#restart(signal, cause);
  }

  /** Brings it back. @param cause why it was gone; null when it was only out of sight */
  async #restart(signal: AbortSignal, cause: PlatformError | null): Promise<void> {
    const { service, tell } = this.#parts;
    if (cause) {
      tell({ service, level: 'error', type: 'service-ended', message: cause.message });
      const now = performance.now();
      this.#restartTimes.push(now);
      while (now - (this.#restartTimes[0] ?? now) > restartWindowMs) this.#restartTimes.shift();
      if (this.#restartTimes.length > maxRestarts) {
        tell({
          service,
          level: 'error',
          type: 'service-given-up',
          message: `${service} has ended too often; it stays down`,
        });
        this.#become('failed', cause);
        return;
      }
      this.#become('restarting', cause);
      await pause(firstPauseMs * 2 ** (this.#restartTimes.length - 1), signal);
      this.#restarts++;
    }
    try {
      await this.start(signal, () => undefined);
      if (cause) tell({ service, level: 'info', type: 'service-restarted', message: `${service} is up again` });
    } catch (error) {
      if (signal.aborted) return;
      tell({ service, level: 'error', type: 'service-not-restarted', message: messageOf(error) });
      if (this.#state !== 'failed') this.#become(cause ? 'restarting' : 'unreachable', error as PlatformError);
    }
  }

  /**
   * Waits until the port is open in the container, then asks. An engine opens the port of this machine long before, so one that
   * stays closed then is published elsewhere.
   */
  async #answer(spec: ServiceSpec, signal: AbortSignal, listens: () => void): Promise<string | null> {
    const { engine, containers, service, ready, readyMs } = this.#parts;
    const begin = performance.now();
    const end = begin + readyMs;
    let why = 'its port is not open';
    let listening = false;
    let closedSince: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      const { State } = await containers.inspect(spec.name);
      if (!State.Running) {
        const ending = { exitCode: State.ExitCode, oomKilled: State.OOMKilled };
        throw serviceEnded(service, ending, await lastLines(engine.docker, spec.name));
      }
      const unlooked =
        !(State.Health?.Log as unknown[] | null | undefined)?.length && performance.now() - begin > unlookedMs;
      if (State.Health?.Status === 'healthy' || unlooked) {
        if (!listening) listens();
        listening = true;
        try {
          const left = Math.max(1000, end - performance.now());
          return await within(left, `the answer of ${service}`, ready(spec, engine.docker.getContainer(spec.name)));
        } catch (error) {
          // A mistake of this program does not pass.
          if (error instanceof TypeError || error instanceof ReferenceError) throw error;
          why = messageOf(error);
          closedSince = (await isOpen(spec.hostPort)) ? undefined : (closedSince ?? performance.now());
        }
        // Without a look into the container nobody knows whether the server listens.
        if (!unlooked && closedSince !== undefined && performance.now() - closedSince > closedPortMs) {
          const here = await surroundings(process.env);
          throw engineElsewhere(engine.endpoint, `127.0.0.1:${spec.hostPort}`, here);
        }
      }
      if (performance.now() > end)
        throw serviceNotReady(service, readyMs / 1000, why, await lastLines(engine.docker, spec.name));
      await pause(lookMs, signal);
    }
  }

  #become(state: ServiceStatus['state'], problem: PlatformError | null): void {
    if (state === this.#state && problem?.message === this.#problem?.message) return;
    this.#state = state;
    this.#problem = problem;
    this.#parts.changed();
  }
}
