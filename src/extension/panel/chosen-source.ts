import type { MonitorSource, MonitorSources } from './monitor-source.ts';

/** What outlives the window, as `vscode.Memento` does. */
interface Memory {
  get(key: string): unknown;
  update(key: string, value: string): unknown;
}

const shownKey = 'mysimbdp.shownInMonitor';

/** The one that the user has chosen; before that, or when it is gone, the first that is up, or the first. */
export class ChosenSource<S extends MonitorSource> implements MonitorSources {
  readonly #all: () => readonly S[];
  readonly #memory: Memory;

  constructor(all: () => readonly S[], memory: Memory) {
    this.#all = all;
    this.#memory = memory;
  }

  all(): readonly S[] {
    return this.#all();
  }

  shown(): S | undefined {
    const all = this.#all();
    const chosen = this.#memory.get(shownKey);
    return all.find(({ folder }) => folder.root === chosen) ?? all.find(({ status }) => status) ?? all[0];
  }

  show(folder: string): void {
    if (this.#all().some((source) => source.folder.root === folder)) this.#memory.update(shownKey, folder);
  }
}
