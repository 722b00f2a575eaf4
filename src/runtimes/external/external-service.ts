import { pause, unlessAborted, within } from '../../foundation/deadlines.ts';
import { faultOf, messageOf, PlatformError } from '../../foundation/errors.ts';
import type { ServiceStatus } from '../../protocol/services.ts';
import { endpointText } from '../runtime-settings.ts';
import type { ServiceEvent, StartProgress } from '../services.ts';
import { questionFailed } from './connection-faults.ts';
import { openCluster, type ClusterSession, type ExternalCluster } from './external-cluster.ts';
import { provisionFault } from './provision.ts';

/** How often a cluster is asked whether it answers. Milliseconds. */
const askMs = 5000;
/** How long it may take over that. Milliseconds. */
const answerMs = 5000;
/** How long it may take to look at what all tenants need. Milliseconds. */
const lookAnswerMs = 30_000;
/** How long a server that may be gone is waited for to say goodbye. Milliseconds. */
const closeMs = 2000;
/** How often it is looked at what tenants need there, when they stay the same. Milliseconds. */
const lookMs = 60_000;

export interface ExternalServiceParts {
  cluster: ExternalCluster;
  /** The tenants that need something of it now. */
  tenants: () => readonly string[];
  changed: () => void;
  tell: (event: ServiceEvent) => void;
}

/** A cluster of somebody else: asked at intervals, told of when it goes and when it is back, never changed. */
export class ExternalService {
  readonly #parts: ExternalServiceParts;
  #session: ClusterSession | undefined;
  #state: ServiceStatus['state'] = 'starting';
  #version: string | null = null;
  #localNodes = 1;
  #problem: PlatformError | null = null;
  #looked: { at: number; tenants: string } | undefined;

  constructor(parts: ExternalServiceParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.cluster.service;
  }

  /** See ClusterSession; as long as it is not known, 1. */
  get localNodes(): number {
    return this.#localNodes;
  }

  status(): ServiceStatus {
    const { service, endpoints } = this.#parts.cluster;
    return {
      service,
      state: this.#state,
      endpoint: endpoints.map(endpointText).join(', '),
      image: null,
      version: this.#version,
      container: null,
      restarts: 0,
      problem: this.#problem && faultOf(this.#problem),
    };
  }

  /** Resolves when the cluster has let us in. @throws PlatformError of each step of a connection */
  async start(signal: AbortSignal, onProgress: (progress: StartProgress) => void): Promise<void> {
    const service = this.name;
    onProgress({ service, stage: 'listening', detail: `asking ${this.status().endpoint ?? ''}` });
    await this.#open(signal, true);
    this.#become('running', null);
    await this.#look();
    onProgress({ service, stage: 'ready' });
  }

  /** Asks and looks until the signal aborts, by which it ends. */
  async watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(askMs, signal);
      try {
        await this.#askAgain(signal);
        await this.#look();
      } catch (error) {
        signal.throwIfAborted();
        await this.#lost(error instanceof PlatformError ? error : this.#fault(error));
      }
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session)
      await within(closeMs, `the end of the connection to ${this.name}`, session.close()).catch(() => undefined);
  }

  async #open(signal: AbortSignal, tellsWarnings: boolean): Promise<void> {
    const opening = openCluster(this.#parts.cluster, ({ problem }) => {
      if (!tellsWarnings || problem?.severity !== 'warning') return;
      this.#tell('warn', 'service-warning', `${this.name}: ${problem.error.message}`);
    });
    try {
      this.#session = await unlessAborted(opening, signal);
    } catch (error) {
      // One that comes too late has nobody to end it.
      if (signal.aborted) void opening.then((late) => late.close()).catch(() => undefined);
      throw error;
    }
    this.#version = this.#session.version;
    this.#localNodes = this.#session.localNodes ?? this.#localNodes;
  }

  /** A question that fails is asked anew from the first step on, which tells what is wrong. */
  async #askAgain(signal: AbortSignal): Promise<void> {
    if (this.#session) {
      try {
        await unlessAborted(within(answerMs, `the answer of ${this.name}`, this.#session.ask()), signal);
        return;
      } catch {
        signal.throwIfAborted();
        await this.close();
      }
    }
    await this.#open(signal, false);
    if (this.#state !== 'unreachable') return;
    this.#become('running', null);
    this.#looked = undefined;
    this.#tell('info', 'service-back', `${this.name} answers again`);
  }

  async #lost(problem: PlatformError): Promise<void> {
    await this.close();
    const known = this.#state === 'unreachable' && this.#problem?.code === problem.code;
    this.#become('unreachable', problem);
    if (!known) this.#tell('error', 'service-unreachable', problem.message);
  }

  /** Looks what tenants lack; when that cannot be told, it stays as it was. */
  async #look(): Promise<void> {
    const tenants = this.#parts.tenants();
    const now = performance.now();
    const key = tenants.join(' ');
    if (!this.#session || (this.#looked?.tenants === key && now - this.#looked.at < lookMs)) return;
    this.#looked = { at: now, tenants: key };
    const { service, provision } = this.#parts.cluster;
    let problem: PlatformError | null;
    try {
      const found = await within(lookAnswerMs, `the look at ${service}`, this.#session.look(tenants));
      problem = provisionFault(service, provision, found) ?? null;
      this.#localNodes = this.#session.localNodes ?? this.#localNodes;
    } catch (error) {
      problem = error instanceof PlatformError ? error : this.#fault(error);
    }
    if (problem && problem.message !== this.#problem?.message)
      this.#tell('warn', 'service-incomplete', problem.message);
    this.#become('running', problem);
  }

  #fault(error: unknown): PlatformError {
    return questionFailed({ service: this.name, at: this.status().endpoint ?? '' }, 'a question', messageOf(error));
  }

  #tell(level: ServiceEvent['level'], type: string, message: string): void {
    this.#parts.tell({ service: this.name, level, type, message });
  }

  #become(state: ServiceStatus['state'], problem: PlatformError | null): void {
    if (state === this.#state && problem?.message === this.#problem?.message) return;
    this.#state = state;
    this.#problem = problem;
    this.#parts.changed();
  }
}
