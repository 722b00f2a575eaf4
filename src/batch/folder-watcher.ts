import { readdir } from 'node:fs/promises';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { DirectoryWatch, type DirectoryWatchPorts, type WatchDirectory } from './directory-watch.ts';
import { folderNotWatched } from './faults.ts';
import { isUnfinished } from './staging.ts';

export interface FolderListener {
  /** From now on changes are told; what changed until now may have gone unnoticed. Again when much is watched anew. */
  watching(): void;
  /** mysimbdp.yaml or a profile appeared, changed or went away; or a tenant's folder did. */
  profilesChanged(): void;
  stagingChanged(tenant: string): void;
  /** Something is not watched, and is tried again; told once until all is watched. */
  problem(error: Error): void;
}

/** Changes of a staging directory within that time are told as one. Milliseconds. */
const togetherMs = 20;
/** How often a directory is tried that could not be watched. Milliseconds. */
const againMs = 30_000;
/** Watches that are opened at a time, before others have their turn. */
const atOnce = 50;

const platformFile = 'mysimbdp.yaml';

/** What is watched of a tenant. */
interface TenantWatches {
  folder: DirectoryWatch;
  staging: DirectoryWatch;
}

/**
 * Watches the files of a platform folder that decide what is run: profiles, and staging directories. It takes a watch for each
 * directory, two a tenant, and none for files: staging can hold any number of them.
 */
export class FolderWatcher implements AsyncDisposer {
  readonly #folder: PlatformFolder;
  readonly #listener: FolderListener;
  readonly #watchDirectory: WatchDirectory | undefined;
  readonly #root: DirectoryWatch;
  readonly #tenants: DirectoryWatch;
  readonly #ofTenants = new Map<string, TenantWatches>();
  /** What is there and could not be watched, and how it is tried again. */
  readonly #unwatched = new Map<DirectoryWatch, () => void>();
  readonly #changedStaging = new Set<string>();
  #tellTimer: NodeJS.Timeout | undefined;
  #againTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(folder: PlatformFolder, listener: FolderListener, watchDirectory?: WatchDirectory) {
    this.#folder = folder;
    this.#listener = listener;
    this.#watchDirectory = watchDirectory;
    const openRoot = () => this.#open(this.#root);
    const openTenants = () => void this.#openTenants().then(() => !this.#disposed && listener.watching());
    this.#root = this.#watch(folder.root, openRoot, (name, moved) => {
      if (name === null || name === platformFile) listener.profilesChanged();
      if (moved && (name === null || name === 'tenants')) openTenants();
    });
    this.#tenants = this.#watch(folder.tenants, openTenants, (name, moved) => {
      if (!moved) return;
      if (name === null) openTenants();
      else this.#openTenant(name);
      listener.profilesChanged();
    });
    openRoot();
    openTenants();
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#tellTimer);
    clearTimeout(this.#againTimer);
    this.#root.close();
    this.#tenants.close();
    for (const { folder, staging } of this.#ofTenants.values()) {
      folder.close();
      staging.close();
    }
    return Promise.resolve();
  }

  /** Begins anew with all tenants' folders that are there. */
  async #openTenants(): Promise<void> {
    this.#open(this.#tenants);
    const names = await readdir(this.#folder.tenants).catch(() => []);
    const all = [...new Set([...this.#ofTenants.keys(), ...names])];
    for (const [index, name] of all.entries()) {
      if (this.#disposed) return;
      this.#openTenant(name);
      if (index % atOnce === atOnce - 1) await new Promise(setImmediate);
    }
  }

  /** Watches a tenant's folder that is there, or is another one by now, and its staging; neither where it is gone. */
  #openTenant(name: string): void {
    const watches = this.#ofTenants.get(name) ?? this.#tenantWatches(name);
    this.#open(watches.folder);
    this.#openStaging(name, watches);
    if (watches.folder.isOpen || this.#unwatched.has(watches.folder)) this.#ofTenants.set(name, watches);
    else this.#ofTenants.delete(name);
  }

  #openStaging(tenant: string, { staging }: TenantWatches): void {
    this.#open(staging);
    // What came before it was watched.
    if (staging.isOpen) this.#stagingChanged(tenant);
  }

  #tenantWatches(tenant: string): TenantWatches {
    const watches: TenantWatches = {
      folder: this.#watch(
        this.#folder.tenant(tenant),
        () => this.#openTenant(tenant),
        (name, moved) => {
          if (name === null || name === 'tenant.yaml') this.#listener.profilesChanged();
          if (moved && (name === null || name === 'staging')) this.#openStaging(tenant, watches);
        },
      ),
      staging: this.#watch(
        this.#folder.staging(tenant),
        () => this.#openStaging(tenant, watches),
        (name) => {
          // Nobody takes a file under such a name, and it is written to piece by piece.
          if (name === null || !isUnfinished(name)) this.#stagingChanged(tenant);
        },
      ),
    };
    return watches;
  }

  #stagingChanged(tenant: string): void {
    this.#changedStaging.add(tenant);
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = undefined;
      const changed = [...this.#changedStaging];
      this.#changedStaging.clear();
      for (const tenant of changed) this.#listener.stagingChanged(tenant);
    }, togetherMs);
  }

  /** @param reopen watches it anew, with what belongs to it */
  #watch(path: string, reopen: () => void, changed: DirectoryWatchPorts['changed']): DirectoryWatch {
    const watch: DirectoryWatch = new DirectoryWatch(path, {
      changed,
      failed: (error) => this.#failed(watch, reopen, error),
      watchDirectory: this.#watchDirectory,
    });
    return watch;
  }

  #open(watch: DirectoryWatch): void {
    this.#unwatched.delete(watch);
    if (!this.#disposed) watch.open();
  }

  #failed(watch: DirectoryWatch, reopen: () => void, error: unknown): void {
    this.#unwatched.set(watch, reopen);
    if (this.#againTimer) return;
    this.#listener.problem(folderNotWatched(watch.path, error));
    this.#tryAgainLater();
  }

  #tryAgainLater(): void {
    this.#againTimer = setTimeout(() => {
      for (const reopen of [...this.#unwatched.values()]) reopen();
      // What was not watched may have changed; of staging the platform sees that by itself.
      this.#listener.profilesChanged();
      if (this.#unwatched.size > 0) this.#tryAgainLater();
      else this.#againTimer = undefined;
    }, againMs);
    this.#againTimer.unref();
  }
}
