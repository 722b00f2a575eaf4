import type { FSWatcher } from 'chokidar';
import { watch } from 'chokidar';
import { relative, sep } from 'node:path';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';

export interface FolderListener {
  /** From now on changes are told; what changed since the start may have gone unnoticed. */
  watching(): void;
  /** mysimbdp.yaml or a profile appeared, changed or went away; or a tenant's folder did. */
  profilesChanged(): void;
  stagingChanged(tenant: string): void;
  problem(error: Error): void;
}

/** Watches the files of a platform folder that decide what is run: profiles, and staging directories. */
export class FolderWatcher implements AsyncDisposer {
  readonly #watcher: FSWatcher;

  constructor(folder: PlatformFolder, listener: FolderListener) {
    // tenants/<tenant>/staging/<file>
    const depthOfTenants = 2;
    this.#watcher = watch([folder.platformFile, folder.tenants], {
      depth: depthOfTenants,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => {
        const [, inside] = split(folder, path);
        return inside !== undefined && inside !== 'staging' && inside !== 'tenant.yaml' && inside !== 'apps';
      },
    });
    this.#watcher.on('all', (_, path) => {
      const [tenant, inside, below] = split(folder, path);
      if (tenant !== undefined && inside === 'staging' && below !== undefined) listener.stagingChanged(tenant);
      else if (inside !== 'apps') listener.profilesChanged();
    });
    this.#watcher.on('ready', () => listener.watching());
    this.#watcher.on('error', (error) => listener.problem(error instanceof Error ? error : new Error(String(error))));
  }

  async dispose(): Promise<void> {
    await this.#watcher.close();
  }
}

/** The parts of a path below `tenants/`: tenant, what is inside its folder, what is below that. */
function split(folder: PlatformFolder, path: string): string[] {
  const inside = relative(folder.tenants, path);
  return inside.startsWith('..') || inside === '' ? [] : inside.split(sep);
}
