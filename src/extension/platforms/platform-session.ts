import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ControlPlaneClient } from '../../api/client.ts';
import { pause, unlessAborted, until } from '../../foundation/deadlines.ts';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import { PlatformFolder } from '../../foundation/platform-folder.ts';
import { Turns } from '../../foundation/turns.ts';
import type { RunningPlatform, StartOptions, StartStage, StopOptions } from '../../platform/start-platform.ts';
import type { RunRecord, StatisticsReport } from '../../protocol/ingestion-log.ts';
import type { ControlPlaneLocation, PlatformStatus, TenantStatus } from '../../protocol/management.ts';
import type { ServiceUsage } from '../../protocol/services.ts';
import { Cancelled } from '../cancelled.ts';
import { CoalescedEvent } from './coalesced.ts';
import type { Connection } from './connection.ts';
import { requireTrust } from './trust.ts';
import { UsageWatch } from './usage-watch.ts';

/** `attached`: the platform runs in another process, the command line's or another window's. */
export type SessionState = 'stopped' | 'starting' | 'running' | 'attached' | 'stopping' | 'failed';

/** `handover`: another process owns the folder still, or already, and does not answer. */
export type SessionStage = StartStage | 'handover';

export interface SessionStart extends Pick<StartOptions, 'signal' | 'onServiceProgress'> {
  onStage?: (stage: SessionStage) => void;
}

/** What is known of a tenant whether or not the platform is up. */
export type TenantSummary = Pick<TenantStatus, 'tenant' | 'registered' | 'enabled' | 'apps'>;

/** At most so often listeners hear of changes. Milliseconds. */
const tellMs = 250;
/**
 * How long another process may own the folder without answering, and how often that is looked at. One that ends drains its
 * runs for 15 s, and then ends their runners; one that starts answers after its recovery. Milliseconds.
 */
const handoverMs = 120_000;
const againMs = 500;
/** How long a platform in another process may take to drain its runs and end. Milliseconds. */
const stopMs = 60_000;

/**
 * One platform folder in this window: starts its control plane in this process or attaches to one that runs elsewhere, and
 * keeps what it says at hand.
 */
export class PlatformSession implements vscode.Disposable {
  readonly folder: PlatformFolder;
  /** Name of the workspace folder. */
  readonly name: string;
  #state: SessionState = 'stopped';
  #problem: Error | undefined;
  #wanted: boolean | undefined;
  #connection: Connection | undefined;
  #runs: readonly RunRecord[] = [];
  #statistics: StatisticsReport | undefined;
  /** From its start until it has ended, whether or not it answers. */
  #own: RunningPlatform | undefined;
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  /** Calls off the starts that have been asked for. */
  #starts = new AbortController();
  readonly #changes = new CoalescedEvent(tellMs);
  readonly #losses = new vscode.EventEmitter<void>();
  readonly #usage: UsageWatch;
  readonly #log: vscode.LogOutputChannel;

  constructor(uri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.folder = new PlatformFolder(uri.fsPath);
    this.name = basename(uri.fsPath);
    this.#log = log;
    this.#usage = new UsageWatch({
      ask: (signal) => (this.status?.services.length ? this.client?.serviceUsage(signal) : undefined),
      changed: () => this.#changes.fire(),
      log: (line) => log.debug(`${this.name}: ${line}`),
    });
  }

  /** Anything below has changed; coalesced. */
  get onDidChange(): vscode.Event<void> {
    return this.#changes.event;
  }
  /**
   * The platform ran in another process, and that has ended though nobody stopped the platform: another window, maybe the one
   * before this one, whose process outlived it for a moment.
   */
  get onDidLose(): vscode.Event<void> {
    return this.#losses.event;
  }
  get state(): SessionState {
    return this.#state;
  }
  get isUp(): boolean {
    return this.#state === 'running' || this.#state === 'attached';
  }
  /** Why the last start failed. */
  get problem(): Error | undefined {
    return this.#problem;
  }
  /**
   * Whether the platform should run in this window: true since it was started here, false since it was stopped, by whom
   * ever; undefined while neither has happened. The end of the window changes nothing.
   */
  get wanted(): boolean | undefined {
    return this.#wanted;
  }
  /** Of the control plane, while it is up. */
  get client(): ControlPlaneClient | undefined {
    return this.#connection?.client;
  }
  /** Where the control plane answers, while it is up. */
  get url(): string | undefined {
    return this.#connection?.url;
  }
  get status(): PlatformStatus | undefined {
    return this.#connection?.status;
  }
  /** Runs that are over, the newest first. */
  get recentRuns(): readonly RunRecord[] {
    return this.#connection?.recentRuns ?? this.#runs;
  }
  get statistics(): StatisticsReport | undefined {
    return this.#connection?.statistics ?? this.#statistics;
  }

  /** What the services take of the machine, while somebody looks at it. */
  get usage(): readonly ServiceUsage[] {
    return this.isUp ? this.#usage.usage : [];
  }
  /** Somebody looks at `usage`, until what is returned is disposed of. */
  watchUsage(): vscode.Disposable {
    return this.#usage.watch();
  }

  /** The tenants as the control plane knows them; while it is down, as the folder has them. */
  async tenants(): Promise<TenantSummary[]> {
    if (this.status) return this.status.tenants;
    const { ProfileLoader } = await import('../../tenants/profile-loader.ts');
    const loader = new ProfileLoader(this.folder);
    try {
      const { settings, present, registered, profiles } = await loader.load();
      const enabled = new Set(settings?.tenants.filter((one) => one.enabled).map(({ name }) => name));
      return [...new Set([...registered, ...present])].map((tenant) => ({
        tenant,
        registered: registered.includes(tenant),
        enabled: enabled.has(tenant),
        apps: (profiles.get(tenant)?.apps ?? []).map(({ name }) => name),
      }));
    } finally {
      await loader.dispose();
    }
  }

  /**
   * Starts the platform here, or attaches when it runs already. One after another with the other calls.
   * @param options.signal ends it in every stage, also while it waits for its turn; then nothing runs
   * @throws PlatformError why it cannot be started; it is `problem` then as well. Cancelled when it was stopped meanwhile
   */
  start(options: SessionStart = {}): Promise<void> {
    const signals = [this.#closing.signal, this.#starts.signal];
    const signal = AbortSignal.any(options.signal ? [...signals, options.signal] : signals);
    return this.#turns.take(async () => {
      if (this.isUp) return;
      requireTrust('runs');
      this.#become('starting');
      try {
        await this.#attachOrStart(signal, options);
      } catch (error) {
        if (signal.aborted) {
          this.#become('stopped');
          throw signal.reason;
        }
        this.#become('failed', error instanceof Error ? error : new Error(messageOf(error)));
        throw error;
      }
    }, signal);
  }

  /** Attaches to a platform that runs elsewhere. @returns whether the platform is up */
  attachIfRunning(): Promise<boolean> {
    const { signal } = this.#closing;
    return this.#turns.take(async () => this.isUp || (await this.#attach(signal)), signal);
  }

  /**
   * Stops the platform, wherever it runs, and waits until it is gone; runs drain, and what is cut off is resumed by the next
   * start. One that is starting is called off. @param options.onStage is called only for a platform of this process
   * @throws PlatformError when one that runs elsewhere does not end
   */
  stop({ onStage }: Pick<StopOptions, 'onStage'> = {}): Promise<void> {
    if (this.#state === 'starting') this.#wanted = false;
    this.#starts.abort(new Cancelled(`${this.name} was stopped while it was starting`));
    this.#starts = new AbortController();
    return this.#turns.take(async () => {
      const connection = this.#connection;
      if (!connection) return;
      this.#wanted = false;
      this.#become('stopping');
      try {
        if (this.#own) await this.#own.stop(onStage ? { onStage } : {});
        else await this.#stopElsewhere(connection);
        this.#disconnect();
      } catch (error) {
        if (this.#connection === connection) this.#become('attached');
        throw error;
      }
    });
  }

  /** Leaves a platform that runs elsewhere alone, and ends one that runs or starts here: its process ends with the window. */
  async close(): Promise<void> {
    this.#closing.abort(new Error(`${this.name} is closed`));
    await this.#turns.take(async () => {
      this.#connection?.dispose();
      // A window that is reloaded cannot be told from one that is closed: the servers go on, and the next start finds them.
      await this.#own?.stop({ keepServices: true, unasked: true });
    });
  }

  dispose(): void {
    this.#closing.abort(new Error(`${this.name} is closed`));
    this.#connection?.dispose();
    this.#usage.dispose();
    this.#changes.dispose();
    this.#losses.dispose();
  }

  async #attachOrStart(signal: AbortSignal, options: SessionStart): Promise<void> {
    const end = performance.now() + handoverMs;
    while (!(await this.#attach(signal))) {
      try {
        await this.#startHere(signal, options);
        return;
      } catch (error) {
        // Who owns the folder and does not answer is on the way down, or up: one of the two comes true soon.
        const owned = error instanceof PlatformError && error.code === 'PLATFORM_OWNED';
        if (!owned || performance.now() >= end) throw error;
      }
      options.onStage?.('handover');
      await pause(againMs, signal);
    }
  }

  async #startHere(signal: AbortSignal, { onStage, onServiceProgress }: SessionStart): Promise<void> {
    const [{ startPlatform }, { readLocation }] = await Promise.all([
      import('../../platform/start-platform.ts'),
      import('../../api/location.ts'),
    ]);
    const platform = await startPlatform(this.folder, {
      signal,
      ...(onStage ? { onStage } : {}),
      ...(onServiceProgress ? { onServiceProgress } : {}),
      log: (level, message) => this.#log[level](`${this.name}: ${message}`),
    });
    try {
      const location = await readLocation(this.folder);
      if (!location) throw new Error(`${this.folder.controlPlaneFile} is gone`);
      await this.#connect('running', location, signal);
    } catch (error) {
      await platform.stop();
      throw error;
    }
    this.#own = platform;
    this.#wanted = true;
    void platform.stopped.then(() => this.#ended());
    this.#log.info(`${this.name}: the platform is up at ${platform.url}`);
  }

  /** @returns false when no platform answers */
  async #attach(signal: AbortSignal): Promise<boolean> {
    const { findControlPlane } = await import('../../api/location.ts');
    const location = await unlessAborted(findControlPlane(this.folder), signal);
    if (!location) return false;
    try {
      await this.#connect('attached', location, signal);
      return true;
    } catch (error) {
      // It went down just now.
      if (error instanceof PlatformError && error.kind === 'unreachable') return false;
      throw error;
    }
  }

  async #connect(state: 'running' | 'attached', location: ControlPlaneLocation, signal: AbortSignal): Promise<void> {
    const { Connection } = await import('./connection.ts');
    const connection = await Connection.open(
      {
        folder: this.folder,
        location,
        own: state === 'running',
        changed: () => this.#changes.fire(),
        gone: () => void this.#lost(connection, location),
        log: {
          debug: (line) => this.#log.debug(`${this.name}: ${line}`),
          warn: (line) => this.#log.warn(`${this.name}: ${line}`),
        },
      },
      signal,
    );
    this.#connection = connection;
    this.#become(state);
  }

  async #stopElsewhere({ client }: Connection): Promise<void> {
    await client.shutDown();
    const isGone = () =>
      client.health().then(
        () => false,
        () => true,
      );
    await until(stopMs, `the stop of the platform ${this.name}`, isGone, this.#closing.signal, 250);
  }

  /** The platform of this process has ended, whoever ended it. */
  #ended(): void {
    this.#own = undefined;
    if (!this.#closing.signal.aborted) this.#wanted = false;
    this.#disconnect();
  }

  /** The platform that ran elsewhere does not any more. */
  async #lost(connection: Connection, location: ControlPlaneLocation): Promise<void> {
    const { wasStopped } = await import('../../api/location.ts');
    const isStopped = await wasStopped(this.folder, location);
    if (this.#connection !== connection) return;
    if (isStopped) this.#wanted = false;
    this.#disconnect();
    if (!isStopped) this.#losses.fire();
  }

  #disconnect(): void {
    this.#runs = this.recentRuns;
    this.#statistics = this.statistics;
    this.#connection?.dispose();
    this.#connection = undefined;
    this.#become('stopped');
  }

  #become(state: SessionState, problem?: Error): void {
    this.#state = state;
    this.#problem = problem;
    this.#changes.fire();
  }
}
