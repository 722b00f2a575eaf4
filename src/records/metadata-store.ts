import { within } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread, type Remote } from '../foundation/thread-call.ts';
import type { IngestionRecord, RunRecord, StatisticsReport } from '../protocol/ingestion-log.ts';
import type { LogQuery } from '../protocol/management.ts';
import type { DayBytes } from './day-usage.ts';
import type { DueApp } from './due-apps.ts';
import type { ClaimResult, LedgerClaim, LedgerKey } from './ledger.ts';
import type { MetadataCalls, MetadataFiles } from './metadata-calls.ts';
import type { OpenRun } from './open-runs.ts';
import type { RefusedFile } from './refusals.ts';
import type { StatisticsQuery } from './statistics.ts';

type Calls = MetadataCalls & { opened: () => void };

/**
 * What the control plane remembers: the ledger, the ingestion log, open runs, refusals and the usage of days, in one
 * SQLite file. All work is done in a thread of its own, call after call in the order they were made; but statistics, which read
 * everything, are read in another, so that nothing waits for them. Any number of processes can read the file at any time.
 */
export class MetadataStore implements AsyncDisposer {
  readonly #thread: Thread<Calls>;
  readonly #call: Remote<Calls>;
  readonly #file: string;
  /** Begun when somebody asks for statistics. */
  #reading: Thread<Calls> | undefined;
  readonly #stopReading = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

  private constructor(files: MetadataFiles) {
    this.#thread = startThread(files);
    this.#call = this.#thread.call;
    this.#file = files.metadata;
  }

  /**
   * Opens the metadata file (absolute path), created when absent. With `owner` the caller first becomes the one owner
   * of the platform folder, until `dispose` or the end of the process, whatever ends it.
   * Throws PLATFORM_OWNED, METADATA_CORRUPT, METADATA_NEWER, METADATA_BUSY, METADATA_UNAVAILABLE.
   */
  static async open(files: MetadataFiles): Promise<MetadataStore> {
    const store = new MetadataStore(files);
    try {
      await within(30_000, 'opening the metadata store', store.#call.opened());
      return store;
    } catch (error) {
      await store.#thread.dispose();
      throw error;
    }
  }

  /**
   * Asks for a file before it is ingested. The same run may ask again for the same file. Runs of a tenant have to be prepared
   * one after another: a claim counts as long as its run is open, or until another one asks.
   */
  claim(claim: LedgerClaim): Promise<ClaimResult> {
    return this.#call.claim(claim);
  }
  /** `ingested`: never again; `released`: may be ingested again, with the write time of this attempt. */
  settle(settlement: LedgerKey & { outcome: 'ingested' | 'released' }): Promise<void> {
    return this.#call.settle(settlement);
  }

  /** Numbers of a tenant's runs: 1, 2, 3 …, each given once, also across restarts. @param atLeast where they go on */
  nextBatchNumber(tenant: string, atLeast?: number): Promise<number> {
    return this.#call.nextBatchNumber(tenant, atLeast);
  }
  /** Notes that the run begins, and charges the day with what it admits; or, for a run that is open, what it is now. */
  openRun(run: OpenRun): Promise<void> {
    return this.#call.openRun(run);
  }
  /** Runs whose end is not recorded, oldest first. One that another version noted otherwise has no job. */
  openRuns(): Promise<OpenRun[]> {
    return this.#call.openRuns();
  }
  /** Forgets an open run, and gives back what it was charged for; its files may be ingested by another. */
  dropRun(runId: string): Promise<void> {
    return this.#call.dropRun(runId);
  }
  /**
   * Ends a run in one transaction: it is no longer open, its record and those of its files are in the log, the ledger
   * knows which files may come again, and `used` is added to the day's usage. Answers false, and changes nothing,
   * when the run was closed before.
   */
  closeRun(record: RunRecord, files: IngestionRecord[], used?: DayBytes): Promise<boolean> {
    return this.#call.closeRun(record, files, used);
  }

  /** Adds a file that never got into a run to the log. */
  recordFile(record: IngestionRecord): Promise<void> {
    return this.#call.recordFile(record);
  }
  /** Newest first. */
  ingestionLog(query: LogQuery): Promise<IngestionRecord[]> {
    return this.#call.ingestionLog(query);
  }
  /** Newest first. */
  runLog(query: LogQuery): Promise<RunRecord[]> {
    return this.#call.runLog(query);
  }
  /** Of what was recorded before the call. Throws UNKNOWN_TIME_ZONE. */
  async statistics(query: StatisticsQuery): Promise<StatisticsReport> {
    if (Atomics.load(new Int32Array(this.#stopReading), 0) !== 0) throw new Error('the metadata store is closed');
    const reading = (this.#reading ??= startThread({ metadata: this.#file, stop: this.#stopReading }));
    try {
      await reading.call.opened();
    } catch (error) {
      // Who asks later may find it as it should be.
      if (this.#reading === reading) this.#reading = undefined;
      await reading.dispose();
      throw error;
    }
    return reading.call.statistics(query);
  }

  /** Forgets the tenant's files and runs: ledger, log, refusals and usage. Open runs stay, and so do the numbers of runs. */
  forgetTenant(tenant: string): Promise<void> {
    return this.#call.forgetTenant(tenant);
  }

  /**
   * Notes files as refused and adds them to the log, all or none; one that was refused before as it is now, with this code, is
   * left out. Answers for each whether it was added.
   */
  recordRefusals(files: RefusedFile[]): Promise<boolean[]> {
    return this.#call.recordRefusals(files);
  }
  /** Forgets the tenant's refusals of all but the given files. */
  keepRefusals(tenant: string, files: string[]): Promise<void> {
    return this.#call.keepRefusals(tenant, files);
  }

  /** Notes that files of an app are due by its schedule, until `dropDue`. */
  noteDue(due: DueApp): Promise<void> {
    return this.#call.noteDue(due);
  }
  dropDue(due: DueApp): Promise<void> {
    return this.#call.dropDue(due);
  }
  dueApps(): Promise<DueApp[]> {
    return this.#call.dueApps();
  }

  /** Bytes of files that the tenant had admitted on a day (YYYY-MM-DD, see `dayOf`). */
  dayUsage(tenant: string, day: string): Promise<number> {
    return this.#call.dayUsage(tenant, day);
  }
  /** Adds to the usage of a day; negative bytes give back, never below 0. */
  addDayUsage(tenant: string, day: string, bytes: number): Promise<void> {
    return this.#call.addDayUsage(tenant, day, bytes);
  }

  /** Calls made before are done first, but for statistics; the platform folder is free afterwards. */
  async dispose(): Promise<void> {
    Atomics.store(new Int32Array(this.#stopReading), 0, 1);
    await Promise.all([close(this.#thread), this.#reading && close(this.#reading)]);
  }
}

async function close(thread: Thread<Calls>): Promise<void> {
  try {
    await within(10_000, 'closing the metadata store', thread.call.close());
  } catch {
    // A thread that has ended, or hangs, has nothing left to close in order; ending it frees its files.
  }
  await thread.dispose();
}

function startThread(files: MetadataFiles): Thread<Calls> {
  return new Thread<Calls>('mysimbdp metadata', programPath('metadata-worker'), files);
}
