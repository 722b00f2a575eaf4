import type { Feed } from './feed.ts';
import { clipped, clippedName } from './log-entry.ts';
import type { Disposable, MonitorSource } from './monitor-source.ts';
import { bounds, type ServicesView } from './panel-protocol.ts';
import { Whole } from './whole.ts';

/** The services of the platform, and what they take of the machine, which is asked for only while the panel is seen. */
export class ServicesFeed implements Feed<'services'> {
  readonly #view = new Whole<ServicesView>({ services: [] });
  #source: MonitorSource | undefined;
  #isSeen = false;
  #watch: Disposable | undefined;

  observe(source: MonitorSource | undefined): void {
    if (source !== this.#source) {
      this.#source = source;
      this.#look();
    }
    this.#view.set(servicesView(source));
  }

  snapshot(): ServicesView {
    return this.#view.snapshot();
  }
  delta(): ServicesView | undefined {
    return this.#view.delta();
  }

  setSeen(isSeen: boolean): void {
    if (isSeen === this.#isSeen) return;
    this.#isSeen = isSeen;
    this.#look();
  }

  dispose(): void {
    this.#watch?.dispose();
  }

  #look(): void {
    this.#watch?.dispose();
    this.#watch = this.#isSeen ? this.#source?.watchUsage() : undefined;
  }
}

function servicesView(source: MonitorSource | undefined): ServicesView {
  return {
    services: (source?.status?.services ?? [])
      .slice(0, bounds.services)
      .map(({ service, state, endpoint, version, restarts, problem }) => {
        const used = source?.usage.find((one) => one.service === service);
        return {
          service,
          state,
          endpoint: endpoint && clippedName(endpoint),
          version: version && clippedName(version),
          restarts,
          problem: problem && clipped(problem.message),
          usage: used
            ? {
                cpus: Math.round(used.cpus * 100) / 100,
                memoryBytes: used.memoryBytes,
                memoryLimitBytes: used.memoryLimitBytes,
                diskBytes: used.diskBytes,
              }
            : null,
        };
      }),
  };
}
