import { randomUUID } from 'node:crypto';
import { WakeUps } from '../foundation/wake-ups.ts';
import type { FileOutcome, IngestionRecord } from '../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus } from '../protocol/management.ts';

/** Records of files that a demand keeps, and tells whoever asks: more would only be a load on everybody. */
const mostRecords = 20_000;

export type WrittenFile = NonNullable<DemandStatus['stillWritten']>[number];

/** Somebody's wish to have everything run that waits now, and what came of it. */
export class Demand {
  readonly id = randomUUID();
  readonly scope: BatchDemand;
  readonly records: IngestionRecord[] = [];
  /** Files of which the records are not kept, by outcome. */
  readonly #further = new Map<FileOutcome, number>();
  finishedAt: number | null = null;
  /**
   * Names of its files that have not come to their end, by tenant; null until the tenant was looked at, absent once it is
   * done.
   */
  readonly awaited = new Map<string, Set<string> | null>();
  /** When it was made, and since when it has waited for nothing but files that are still being written to: ms, monotonic. */
  readonly madeAt: number;
  onlyWrittenSince: number | null = null;
  /** Files that were still being written to when it did not wait any longer. */
  left: WrittenFile[] = [];
  #deadline: NodeJS.Timeout | undefined;
  readonly #done = new WakeUps();

  constructor(scope: BatchDemand, madeAt: number) {
    this.scope = scope;
    this.madeAt = madeAt;
  }

  covers(tenant: string, app?: string | null): boolean {
    if (this.scope.tenant !== undefined && this.scope.tenant !== tenant) return false;
    return this.scope.app === undefined || app === undefined || app === null || this.scope.app === app;
  }

  /** A file has come to its end. */
  add(record: IngestionRecord): void {
    if (this.records.length < mostRecords) this.records.push(record);
    else this.#further.set(record.outcome, (this.#further.get(record.outcome) ?? 0) + 1);
  }

  get further(): DemandStatus['further'] {
    return this.#further.size > 0 ? Object.fromEntries(this.#further) : undefined;
  }

  /** Calls `look` after so long, once, however often it is asked to meanwhile. */
  lookIn(milliseconds: number, look: () => void): void {
    this.#deadline ??= setTimeout(() => {
      this.#deadline = undefined;
      if (this.finishedAt === null) look();
    }, milliseconds).unref();
  }

  finish(now: number): void {
    clearTimeout(this.#deadline);
    this.finishedAt = now;
    this.#done.wakeAll();
  }

  /** Resolves when the demand is finished, after `waitMs`, or when the signal aborts. */
  async finished(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.finishedAt === null) await this.#done.wait(waitMs, signal);
  }
}
