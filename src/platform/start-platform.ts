import { mkdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ControlPlane } from '../api/control-plane.ts';
import { readLocation, removeLocation, writeLocation, writeStop } from '../api/location.ts';
import type { ApiServer } from '../api/server.ts';
import { startApiServer } from '../api/server.ts';
import { Tokens } from '../api/tokens.ts';
import { BatchManager } from '../batch/batch-manager.ts';
import { FileHasher } from '../batch/file-hash.ts';
import { FolderWatcher } from '../batch/folder-watcher.ts';
import { unlessAborted } from '../foundation/deadlines.ts';
import { Disposables } from '../foundation/disposables.ts';
import { faultOf, isDiskFull, messageOf } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { ProcessWatcher } from '../processes/process-watcher.ts';
import type { ControlPlaneLocation } from '../protocol/management.ts';
import { IngestionLogs } from '../records/ingestion-logs.ts';
import type { LogLevel } from '../records/json-lines-log.ts';
import { MetadataStore } from '../records/metadata-store.ts';
import { refreshEditorSupport } from '../tenants/editor-support.ts';
import type { RuntimeSettings } from '../runtimes/runtime-settings.ts';
import type { StartProgress } from '../runtimes/services.ts';
import type { RuntimeKind } from '../protocol/services.ts';
import { startServices, type StartedServices } from '../runtimes/start-services.ts';
import { defaults } from '../tenants/defaults.ts';
import { servedTenants, type LoadedPlatform } from '../tenants/load.ts';
import { ProfileLoader } from '../tenants/profile-loader.ts';
import { platformFileInvalid } from '../tenants/registry.ts';
import { CoreDmsOfTenants } from './core-dms-of-tenants.ts';
import { noRoomToStart, rowsStayBehind } from './faults.ts';
import { LocalControlPlane } from './local-control-plane.ts';
import { ProfileNews } from './profile-news.ts';
import { tenantStandings } from './tenant-standings.ts';

/** How long a runner goes on without hearing from its control plane. Seconds. */
const leaseSeconds = 15;
/** How long profiles have to be quiet before they are read again: editors save in several steps. Milliseconds. */
const profileQuietMs = 200;
/** How often the platform looks whether its state is still there. Milliseconds. */
const stateCheckMs = 3000;

/** What a start does, in this order: reads the profiles, opens its records and API, goes on with what an earlier one left. */
export type StartStage = 'profiles' | 'services' | 'recovery';

export interface StartOptions {
  /** Aborts the start, which throws its reason once nothing of it is left; a platform that is up is ended with `stop`. */
  signal?: AbortSignal;
  /** Hears of each stage as it begins. */
  onStage?: (stage: StartStage) => void;
  /** Goes before what mysimbdp.yaml says. */
  runtime?: RuntimeSettings['kind'];
  /** Hears how far each service of the runtime is. */
  onServiceProgress?: (progress: StartProgress) => void;
  /** Hears what a person who watches should know. */
  log?: (level: LogLevel, message: string) => void;
  /** Milliseconds since the epoch; the wall clock by default. Days, schedules' ends and records go by it. */
  now?: () => number;
}

/** What a stop does, in this order: runs finish what they have read, then the services of the runtime end. */
export type StopStage = 'runs' | 'services';

export interface StopOptions {
  /** Hears of each stage as it begins; only the first who stops the platform does. */
  onStage?: (stage: StopStage) => void;
  /** Leave the services of the runtime running, for a start that follows soon: a window that is reloaded. */
  keepServices?: boolean;
  /** Nobody wanted the end, so that a window may take the platform over: another window closes, a batch run is over. */
  unasked?: boolean;
}

export interface RunningPlatform {
  controlPlane: ControlPlane;
  url: string;
  /** Resolves when the platform is down, whoever ended it. */
  stopped: Promise<void>;
  /** Drains the runs and ends; what is cut off is resumed by the next start. */
  stop(options?: StopOptions): Promise<void>;
}

/**
 * Starts the control plane of a platform folder in this process, with the services of its runtime, and owns the folder until it
 * is stopped.
 * @throws PlatformError NOT_A_PLATFORM_FOLDER, PLATFORM_OWNED, METADATA_…, NO_ROOM_TO_START, those of the runtime
 */
export async function startPlatform(folder: PlatformFolder, options: StartOptions = {}): Promise<RunningPlatform> {
  const platform = new LocalPlatform(folder, options);
  try {
    return await platform.start();
  } catch (error) {
    const fault = isDiskFull(error) ? noRoomToStart(folder.state, error) : error;
    // What does not end in order, for the same reason most likely, is not what went wrong first.
    await platform.stop().catch(() => undefined);
    throw fault;
  }
}

class LocalPlatform {
  readonly #folder: PlatformFolder;
  readonly #options: StartOptions;
  readonly #owned = new Disposables();
  readonly #tokens = new Tokens();
  readonly #tenantTokens = new Map<string, string>();
  #profiles: ProfileLoader | undefined;
  #loaded: LoadedPlatform | undefined;
  #logs: IngestionLogs | undefined;
  #batch: BatchManager | undefined;
  #server: ApiServer | undefined;
  #recovered: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #resolveStopped: () => void = () => undefined;
  #quiet: NodeJS.Timeout | undefined;
  #keepServices = false;
  #asked = false;
  #onStopStage: (stage: StopStage) => void = () => undefined;
  readonly #news = new ProfileNews((level, type, fields, message) => {
    this.#logs?.platform(level, type, fields);
    if (message !== undefined) this.#options.log?.(level, message);
  });

  constructor(folder: PlatformFolder, options: StartOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  async start(): Promise<RunningPlatform> {
    const folder = this.#folder;
    const { signal } = this.#options;
    this.#enter('profiles');
    this.#profiles = this.#owned.add(new ProfileLoader(folder));
    const loaded = await unlessAborted(this.#profiles.load(), signal);
    this.#enter('services');
    // Tenants' rows and rejected records are in there.
    await mkdir(folder.state, { recursive: true, mode: 0o700 });
    const metadata = this.#owned.add(
      await MetadataStore.open({ metadata: folder.metadataFile, owner: folder.ownerFile }),
    );
    const logs = this.#owned.add(new IngestionLogs(folder));
    this.#logs = logs;
    const hasher = this.#owned.add(new FileHasher());
    const watcher = this.#owned.add(
      new ProcessWatcher({ onProblem: (fault) => logs.platform('error', 'processes-not-listed', { ...fault }) }),
    );
    const eventLoopDelay = monitorEventLoopDelay({ resolution: 1 });
    eventLoopDelay.enable();
    this.#owned.add({ dispose: () => void eventLoopDelay.disable() });

    const { kind, services } = await this.#startServices(loaded, logs);

    const coreDms = new CoreDmsOfTenants(folder, () => services.cassandra());
    await this.#settleCoreDms(coreDms, kind, logs);

    const batch = new BatchManager({
      folder,
      metadata,
      logs,
      hasher,
      watcher,
      coreDmsOf: (tenant) => coreDms.targetOf(tenant),
      coreDmsAccess: (tenant) => coreDms.accessOf(tenant),
      doubtCoreDms: (tenant) => coreDms.doubt(tenant),
      tokenOf: (tenant) => this.#tokenOf(tenant),
      controlPlane: () => ({ url: this.#server?.url ?? '', leaseSeconds }),
      now: this.#options.now ?? (() => Date.now()),
    });
    this.#batch = batch;
    const startedAt = Date.now();
    const controlPlane = new LocalControlPlane({
      folder,
      batch,
      metadata,
      logs,
      tokens: this.#tokens,
      startedAt,
      settings: () => this.#loaded?.settings ?? { name: '', timeZone: 'UTC' },
      runtime: kind,
      services,
      coreDms,
      eventLoopDelay,
      reload: () => this.#reload(),
      shutDown: () => void this.stop(),
    });
    // Runs report to the server as they drain, so it ends after the batch manager.
    this.#server = this.#owned.add(
      await startApiServer(controlPlane, {
        onFault: (error) => logs.platform('error', 'api-fault', { ...faultOf(error), stack: error.stack }),
      }),
    );
    this.#owned.add(batch);
    await refreshEditorSupport(folder).catch((error: unknown) => {
      logs.platform('warn', 'editor-support-not-refreshed', { ...faultOf(error) });
    });

    logs.platform('info', 'platform-started', {
      pid: process.pid,
      url: this.#server.url,
      present: loaded.present,
      registered: loaded.registered,
    });
    this.#owned.add(
      new FolderWatcher(folder, {
        watching: () => this.#profilesChanged(),
        profilesChanged: () => this.#profilesChanged(),
        stagingChanged: (tenant) => batch.stagingChanged(tenant),
        problem: (error) => logs.platform('error', 'folder-not-watched', { ...faultOf(error) }),
      }),
    );
    // First what an earlier control plane left, so that its files are not taken for new ones.
    this.#enter('recovery');
    this.#recovered = batch.recover(signal);
    await this.#recovered;
    signal?.throwIfAborted();
    this.#apply(loaded);
    const location = {
      url: this.#server.url,
      pid: process.pid,
      startedAt,
      token: this.#tokens.issue({ role: 'platform' }),
    };
    await writeLocation(folder, location);
    this.#owned.add({ dispose: () => this.#takeBack(location) });
    this.#watchState();
    const stopped = new Promise<void>((resolve) => (this.#resolveStopped = resolve));
    return { controlPlane, url: this.#server.url, stopped, stop: (options) => this.stop(options) };
  }

  /** Brings up what the runtime has beside the managers. It ends after them: runs drain into it. */
  async #startServices(loaded: LoadedPlatform, logs: IngestionLogs): Promise<StartedServices> {
    // Nothing but the file says where the clusters are.
    if (!loaded.settings && this.#options.runtime === 'external') throw platformFileInvalid(loaded.diagnostics);
    const settings = loaded.settings?.runtime ?? {
      ...defaults.runtime,
      external: { cassandra: undefined, kafka: undefined },
    };
    const started = await startServices(
      this.#folder,
      { ...settings, docker: { host: undefined, ...settings.docker }, kind: this.#options.runtime ?? settings.kind },
      {
        signal: this.#options.signal ?? new AbortController().signal,
        tenants: () => servedTenants(this.#loaded ?? loaded),
        onProgress: (progress) => this.#options.onServiceProgress?.(progress),
        onChange: () => this.#batch?.revision.changed(),
        onEvent: ({ level, type, ...fields }) => {
          logs.platform(level, type, fields);
          this.#options.log?.(level, fields.message);
        },
      },
    );
    if (started.reason !== undefined) this.#options.log?.('info', started.reason);
    logs.platform('info', 'runtime-chosen', { runtime: started.kind, reason: started.reason });
    this.#owned.add({
      dispose: async () => {
        if (this.#keepServices) return started.services.dispose();
        if (started.services.status().length > 0) this.#onStopStage('services');
        // The platform itself is down whether or not the engine still answers.
        await started.services.stop().catch((error: unknown) => {
          logs.platform('warn', 'services-not-stopped', { ...faultOf(error) });
          this.#options.log?.('warn', messageOf(error));
        });
      },
    });
    return started;
  }

  /** Rows of one runtime are not those of another: whoever has switched is told so, once. */
  async #settleCoreDms(coreDms: CoreDmsOfTenants, runtime: RuntimeKind, logs: IngestionLogs): Promise<void> {
    const before = await coreDms.settle();
    if (before === undefined) return;
    const { code, message, hint } = rowsStayBehind(before, runtime);
    logs.platform('warn', 'core-dms-changed', { code, message, hint });
    this.#options.log?.('warn', `${message} ${hint ?? ''}`);
  }

  #enter(stage: StartStage): void {
    this.#options.onStage?.(stage);
    this.#options.signal?.throwIfAborted();
  }

  stop({ keepServices = false, unasked = false, onStage }: StopOptions = {}): Promise<void> {
    this.#keepServices ||= keepServices;
    this.#asked ||= !unasked;
    if (onStage && !this.#stopping) this.#onStopStage = onStage;
    this.#stopping ??= this.#dispose().finally(() => this.#resolveStopped());
    return this.#stopping;
  }

  async #dispose(): Promise<void> {
    clearTimeout(this.#quiet);
    this.#logs?.platform('info', 'platform-stopping');
    this.#onStopStage('runs');
    await this.#owned.dispose();
  }

  async #takeBack(location: ControlPlaneLocation): Promise<void> {
    if (this.#asked) {
      // Not being able to say so ends nothing else.
      await writeStop(this.#folder, location).catch((error: unknown) => {
        this.#logs?.platform('warn', 'stop-not-written', { ...faultOf(error) });
      });
    }
    await removeLocation(this.#folder, location);
  }

  /** Without its state the platform would go on unseen, on deleted files, while another one starts: it ends instead. */
  #watchState(): void {
    const timer = setInterval(() => {
      readLocation(this.#folder).then(
        (location) => {
          if (location?.pid === process.pid || this.#stopping) return;
          this.#options.log?.('error', `${this.#folder.state} was removed or replaced; the platform ends`);
          void this.stop();
        },
        () => undefined,
      );
    }, stateCheckMs);
    timer.unref();
    this.#owned.add({ dispose: () => clearInterval(timer) });
  }

  #tokenOf(tenant: string): string {
    let token = this.#tenantTokens.get(tenant);
    if (token === undefined) {
      token = this.#tokens.issue({ role: 'tenant', tenant });
      this.#tenantTokens.set(tenant, token);
    }
    return token;
  }

  #profilesChanged(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#reload().catch((error: unknown) => {
        if (this.#stopping) return;
        this.#logs?.platform('error', 'profiles-not-read', { ...faultOf(error) });
        this.#options.log?.('error', messageOf(error));
      });
    }, profileQuietMs);
  }

  async #reload(): Promise<void> {
    // Until then nothing may be taken out of staging: what no run knows of is being put back.
    await this.#recovered;
    if (this.#profiles) this.#apply(await this.#profiles.load());
  }

  /** Takes over what the folder says now, and tells what is new about tenants and what is wrong. */
  #apply(loaded: LoadedPlatform): void {
    if (this.#stopping) return;
    this.#news.diagnostics(loaded);
    // While mysimbdp.yaml has errors nothing can be said of its tenants: the platform goes on as it was.
    if (!loaded.settings && this.#loaded?.settings) return;
    const before = this.#loaded;
    this.#loaded = loaded;
    const standings = tenantStandings(loaded);
    this.#batch?.apply(loaded.settings, standings);
    this.#news.tenants(before, loaded, standings);
  }
}
