import type { Feed } from './feed.ts';
import { clippedName } from './log-entry.ts';
import type { MonitorSource, MonitorSources } from './monitor-source.ts';
import { bounds, type PlatformsView } from './panel-protocol.ts';
import { Whole } from './whole.ts';

/** The platforms of the workspace, and which of them is shown. */
export class PlatformsFeed implements Feed<'platforms'> {
  readonly #sources: Pick<MonitorSources, 'all'>;
  readonly #view = new Whole<PlatformsView>({ platforms: [], shown: null });

  constructor(sources: Pick<MonitorSources, 'all'>) {
    this.#sources = sources;
  }

  observe(source: MonitorSource | undefined): void {
    const platforms = this.#sources.all().map(({ name, folder }) => ({ name: clippedName(name), folder: folder.root }));
    this.#view.set({ platforms: platforms.slice(0, bounds.platforms), shown: source?.folder.root ?? null });
  }
  snapshot(): PlatformsView {
    return this.#view.snapshot();
  }
  delta(): PlatformsView | undefined {
    return this.#view.delta();
  }
  dispose(): void {
    // nothing is held
  }
}
