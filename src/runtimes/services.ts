import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { CassandraCluster, Login } from '../protocol/jobs.ts';
import type { ServiceStatus, ServiceUsage } from '../protocol/services.ts';
import type { ExternalCassandra } from './runtime-settings.ts';

/** How far the start of a service is. */
export type ServiceStage = 'image' | 'container' | 'listening' | 'login' | 'ready';

export interface StartProgress {
  service: string;
  stage: ServiceStage;
  /** For people: `12 of 20 layers, 140 of 160 MB`. */
  detail?: string;
}

/** What happened to a service while the platform ran. */
export interface ServiceEvent {
  /** `engine` for what is behind all of them. */
  service: string;
  level: 'info' | 'warn' | 'error';
  /** `service-ended`, `service-restarted`, `engine-lost`, … */
  type: string;
  message: string;
}

export interface StartServicesOptions {
  signal: AbortSignal;
  onProgress: (progress: StartProgress) => void;
  /** Whenever the status is not what it was. */
  onChange: () => void;
  onEvent: (event: ServiceEvent) => void;
}

/** For clusters of somebody else, in which it is looked for what tenants need. */
export interface StartExternalOptions extends StartServicesOptions {
  /** The tenants that the clusters are for, now. */
  tenants: () => readonly string[];
}

export interface ServiceLogOptions {
  /** Newest lines to begin with. */
  lines: number;
  /** Go on with what comes. */
  follow: boolean;
}

/** In characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A shell beside a service, with a terminal. Whoever has it ends it. */
export interface ServiceShell {
  /** Gives its output from the beginning on, with the control sequences of a terminal. Called once. */
  read(onOutput: (text: string) => void): void;
  /** What the user types. */
  write(text: string): void;
  resize(size: TerminalSize): Promise<void>;
  /** Its exit status, once it has ended and nothing of it is left; undefined when it was ended, or nobody tells. */
  readonly ended: Promise<number | undefined>;
  /** Ends it, whatever it is doing. */
  end(): Promise<void>;
}

/** Where Cassandra is, and how the platform gets in: as the superuser of its own, or as a cluster of somebody else has it. */
export type CassandraAccess =
  | { kind: 'cassandra'; cluster: CassandraCluster; admin: Login }
  | { kind: 'external'; cluster: CassandraCluster; settings: ExternalCassandra };

/**
 * The servers of a platform that is up. Whoever holds them hears of changes, and ends them or lets them go on; what is not of
 * the platform goes on in any case.
 */
export interface PlatformServices extends AsyncDisposer {
  status(): ServiceStatus[];
  /** Cassandra as it is reached now, which can change with a restart; undefined where the runtime has none. */
  cassandra(): CassandraAccess | undefined;
  /** What each takes of the machine now; those that do not run are left out. Throws PlatformError ENGINE_… */
  usage(): Promise<ServiceUsage[]>;
  /** Ends the servers in order; what they have stored stays. */
  stop(): Promise<void>;
  /** Lets go of them: they go on, and the next start finds them. */
  dispose(): Promise<void>;
}
