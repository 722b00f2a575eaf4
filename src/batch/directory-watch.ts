import { statSync, watch, type FSWatcher } from 'node:fs';
import { systemCode } from '../foundation/errors.ts';

/** How a directory is watched; `watch` of node:fs. */
export type WatchDirectory = (path: string, told: (event: string, name: string | null) => void) => FSWatcher;

export interface DirectoryWatchPorts {
  /** Told of each entry that appeared, went away or was replaced (`moved`), or was written to; null where the system cannot tell. */
  changed: (name: string | null, moved: boolean) => void;
  /** Told when the directory is there and is not watched, or not any more. */
  failed: (error: unknown) => void;
  watchDirectory?: WatchDirectory | undefined;
}

/**
 * Watches the entries of one directory, and nothing below them: one watch of the system, however many files there are. A watch
 * stays with its directory, also where that is moved or removed; who hears of that opens it again.
 */
export class DirectoryWatch {
  readonly path: string;
  readonly #ports: DirectoryWatchPorts;
  #watcher: FSWatcher | undefined;

  constructor(path: string, ports: DirectoryWatchPorts) {
    this.path = path;
    this.#ports = ports;
  }

  get isOpen(): boolean {
    return this.#watcher !== undefined;
  }

  /** Watches what is there now, if that is a directory. */
  open(): void {
    // First: of two watches on one directory, Linux takes the second for the first.
    this.close();
    try {
      if (statSync(this.path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
      const watcher = (this.#ports.watchDirectory ?? watch)(this.path, (event, name) => {
        if (this.#watcher === watcher) this.#ports.changed(name, event === 'rename' || name === null);
      });
      this.#watcher = watcher;
      watcher.on('error', (error) => this.#lost(watcher, error));
    } catch (error) {
      // It went away meanwhile.
      if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') this.#ports.failed(error);
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #lost(watcher: FSWatcher, error: unknown): void {
    if (this.#watcher !== watcher) return;
    this.close();
    // Windows reports the end of the directory itself as this, and refuses to look at one that is on its way out.
    let isThere = true;
    try {
      isThere = statSync(this.path, { throwIfNoEntry: false }) !== undefined;
    } catch {
      // It is tried again.
    }
    if (isThere) this.#ports.failed(error);
  }
}
