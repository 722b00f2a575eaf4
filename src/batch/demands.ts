import { randomUUID } from 'node:crypto';
import type { IngestionRecord } from '../protocol/ingestion-log.ts';
import type { BatchDemand } from '../protocol/management.ts';
import { demandNotFound } from './faults.ts';

/** How long the result of a demand can be asked for after its end, in ms. */
const keptMs = 10 * 60_000;

/** Somebody's wish to have everything run that waits now, and what came of it. */
export class Demand {
  readonly id = randomUUID();
  readonly scope: BatchDemand;
  readonly records: IngestionRecord[] = [];
  finishedAt: number | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(scope: BatchDemand) {
    this.scope = scope;
  }

  covers(tenant: string, app?: string | null): boolean {
    if (this.scope.tenant !== undefined && this.scope.tenant !== tenant) return false;
    return this.scope.app === undefined || app === undefined || app === null || this.scope.app === app;
  }

  finish(now: number, standing: readonly IngestionRecord[]): void {
    this.finishedAt = now;
    this.records.push(...standing);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves when the demand is finished, after `waitMs`, or when the signal aborts. */
  async finished(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.finishedAt !== null || waitMs <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }
}

export class Demands {
  readonly #demands = new Map<string, Demand>();

  add(scope: BatchDemand, now: number): Demand {
    for (const [id, old] of this.#demands) {
      if (old.finishedAt !== null && now - old.finishedAt > keptMs) this.#demands.delete(id);
    }
    const demand = new Demand(scope);
    this.#demands.set(demand.id, demand);
    return demand;
  }

  /** @throws PlatformError DEMAND_NOT_FOUND */
  get(id: string): Demand {
    const demand = this.#demands.get(id);
    if (!demand) throw demandNotFound(id);
    return demand;
  }

  open(): Demand[] {
    return [...this.#demands.values()].filter((demand) => demand.finishedAt === null);
  }
}
