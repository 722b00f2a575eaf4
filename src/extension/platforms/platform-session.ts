import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ControlPlaneClient } from '../../api/client.ts';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { RunningPlatform } from '../../platform/start-platform.ts';
import type { RunRecord, StatisticsReport } from '../../protocol/ingestion-log.ts';
import type { PlatformStatus, TenantStatus } from '../../protocol/management.ts';
import { CoalescedEvent } from './coalesced.ts';

/** `attached`: the platform runs in another process, the command line's or another window's. */
export type SessionState = 'stopped' | 'starting' | 'running' | 'attached' | 'stopping' | 'failed';

/** What is known of a tenant whether or not the platform is up. */
export type TenantSummary = Pick<TenantStatus, 'tenant' | 'registered' | 'enabled' | 'apps'>;

/** At most so often listeners hear of changes. Milliseconds. */
const tellMs = 250;
/** How long a status may be asked for before it is given as it is. Milliseconds. */
const pollMs = 25_000;
/** At least so long between two looks at the status, and at what is derived from the logs. Milliseconds. */
const statusPauseMs = 250;
const historyPauseMs = 2000;
/** How long a platform that another process owns may take until it answers. Milliseconds. */
const attachMs = 15_000;
/** Runs of the past that are shown. */
const recentRuns = 200;

function untrusted(): PlatformError {
  return new PlatformError({
    code: 'WORKSPACE_NOT_TRUSTED',
    message: vscode.l10n.t('The platform runs apps of this workspace, and the workspace is not trusted.'),
    hint: vscode.l10n.t('Trust the workspace first.'),
  });
}

/**
 * One platform folder in this window: starts its control plane in this process or attaches to one that runs elsewhere, and
 * keeps what it says at hand.
 */
export class PlatformSession implements vscode.Disposable {
  readonly folder: PlatformFolder;
  /** Name of the workspace folder. */
  readonly name: string;
  /** Whether somebody has started it here (true) or stopped it (false) since the window is open. */
  wanted: boolean | undefined;
  #state: SessionState = 'stopped';
  #problem: Error | undefined;
  #client: ControlPlaneClient | undefined;
  #status: PlatformStatus | undefined;
  #runs: RunRecord[] = [];
  #statistics: StatisticsReport | undefined;
  #own: RunningPlatform | undefined;
  #following: AbortController | undefined;
  #work: Promise<void> = Promise.resolve();
  readonly #changes = new CoalescedEvent(tellMs);
  readonly #log: vscode.LogOutputChannel;

  constructor(uri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.folder = new PlatformFolder(uri.fsPath);
    this.name = basename(uri.fsPath);
    this.#log = log;
  }

  /** Anything below has changed; coalesced. */
  get onDidChange(): vscode.Event<void> {
    return this.#changes.event;
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
  /** Of the control plane, while it is up. */
  get client(): ControlPlaneClient | undefined {
    return this.#client;
  }
  get status(): PlatformStatus | undefined {
    return this.#status;
  }
  /** Runs that are over, the newest first. */
  get recentRuns(): readonly RunRecord[] {
    return this.#runs;
  }
  get statistics(): StatisticsReport | undefined {
    return this.#statistics;
  }

  /** The tenants as the control plane knows them; while it is down, as the folder has them. */
  async tenants(): Promise<TenantSummary[]> {
    if (this.#status) return this.#status.tenants;
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
   * @throws PlatformError why it cannot be started; it is `problem` then as well
   */
  start(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      if (this.isUp) return;
      if (!vscode.workspace.isTrusted) throw untrusted();
      this.#become('starting');
      try {
        if (await this.#attach()) return;
        const { startPlatform } = await import('../../platform/start-platform.ts');
        const platform = await startPlatform(this.folder, {
          ...(signal ? { signal } : {}),
          log: (level, message) => this.#log[level](`${this.name}: ${message}`),
        });
        this.#own = platform;
        void platform.stopped.then(() => this.#ended(platform));
        await this.#connect('running');
        this.wanted = true;
        this.#changes.fire();
        this.#log.info(`${this.name}: the platform is up at ${platform.url}`);
      } catch (error) {
        if ((error as { code?: unknown }).code === 'PLATFORM_OWNED' && (await this.#attachSoon())) return;
        this.#become('failed', error instanceof Error ? error : new Error(messageOf(error)));
        throw error;
      }
    });
  }

  /** Attaches to a platform that runs elsewhere. @returns false when none does */
  attachIfRunning(): Promise<boolean> {
    let attached = false;
    return this.#inTurn(async () => {
      attached = this.isUp || (await this.#attach());
    }).then(() => attached);
  }

  /** Stops the platform, wherever it runs; runs drain, and what is cut off is resumed by the next start. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.isUp) return;
      this.wanted = false;
      this.#become('stopping');
      try {
        if (this.#own) await this.#own.stop();
        else await this.#client?.shutDown();
      } finally {
        this.#disconnect();
      }
    });
  }

  /** Leaves a platform that runs elsewhere alone, and stops one that runs here: its process ends with the window. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#following?.abort();
      await this.#own?.stop();
    });
  }

  dispose(): void {
    this.#following?.abort();
    this.#changes.dispose();
  }

  async #attachSoon(): Promise<boolean> {
    const end = performance.now() + attachMs;
    while (performance.now() < end) {
      if (await this.#attach()) return true;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return false;
  }

  async #attach(): Promise<boolean> {
    const { findControlPlane } = await import('../../api/location.ts');
    if (!(await findControlPlane(this.folder))) return false;
    await this.#connect('attached');
    return true;
  }

  async #connect(state: 'running' | 'attached'): Promise<void> {
    const [{ readLocation }, { ControlPlaneClient }] = await Promise.all([
      import('../../api/location.ts'),
      import('../../api/client.ts'),
    ]);
    const location = await readLocation(this.folder);
    if (!location) throw new Error(`${this.folder.controlPlaneFile} is gone`);
    this.#client = new ControlPlaneClient(location);
    this.#status = await this.#client.status();
    this.#become(state);
    const following = new AbortController();
    this.#following = following;
    void this.#follow(this.#client, following.signal);
    void this.#followHistory(this.#client, following.signal);
  }

  /** Asks for the next status again and again; the control plane answers when there is one. */
  async #follow(client: ControlPlaneClient, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        this.#status = await client.nextStatus(this.#status?.revision ?? -1, pollMs, signal);
        this.#changes.fire();
        await pauseUnlessAborted(statusPauseMs, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#log.warn(`${this.name}: ${messageOf(error)}`);
      this.#disconnect();
    }
  }

  /** Reads the logs again after runs have ended. */
  async #followHistory(client: ControlPlaneClient, signal: AbortSignal): Promise<void> {
    let known = -1;
    while (!signal.aborted) {
      const now = this.#status?.recordedRuns ?? 0;
      if (now !== known || this.#statistics === undefined) {
        try {
          const [runs, statistics] = await Promise.all([client.runLog({ limit: recentRuns }), client.statistics()]);
          this.#runs = runs;
          this.#statistics = statistics;
          known = now;
          this.#changes.fire();
        } catch (error) {
          // The status is asked for as well, and tells when the control plane is gone.
          this.#log.debug(`${this.name}: ${messageOf(error)}`);
        }
      }
      await pauseUnlessAborted(historyPauseMs, signal);
    }
  }

  #ended(platform: RunningPlatform): void {
    if (this.#own !== platform) return;
    this.#own = undefined;
    if (this.#state !== 'stopping') this.#disconnect();
  }

  #disconnect(): void {
    this.#following?.abort();
    this.#following = undefined;
    this.#own = undefined;
    this.#client = undefined;
    this.#status = undefined;
    this.#become('stopped');
  }

  #become(state: SessionState, problem?: Error): void {
    this.#state = state;
    this.#problem = problem;
    this.#changes.fire();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => undefined);
    return turn;
  }
}

async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
