import { messageOf, type Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { noCounts } from '../protocol/checkpoints.ts';
import type { IngestionRecord } from '../protocol/ingestion-log.ts';
import type { IngestionLogs } from '../records/ingestion-logs.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { RefusedFile } from '../records/refusals.ts';
import { dayOf } from '../records/day-usage.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import { Admission, type NamesAlike } from './admission.ts';
import { dayQuotaUsed, filesNotReturned, notAdmitted, stagingUnreadable } from './faults.ts';
import type { FileStanding } from './move-file.ts';
import { isSame } from './move-file.ts';
import { quarantineRefused, RunFolder } from './run-folder.ts';
import { Settling } from './settling.ts';
import type { StagedFile } from './staging.ts';
import { openStaging } from './staging.ts';

/** A file that may go into a run of its app. */
export interface WaitingFile extends StagedFile {
  app: string;
}

/** Some files, by name. */
interface NamedFiles {
  has(name: string): boolean;
}

export interface IntakePorts {
  folder: PlatformFolder;
  timeZone: () => string;
  metadata: MetadataStore;
  logs: IngestionLogs;
  /** Whether the run has not come to its end. */
  isUnderWay: (runId: string) => boolean;
  /** Whether somebody has to do something before the run comes to its end. */
  isBlocked: (runId: string) => boolean;
  /** Told of each refused file that was moved to quarantine, so that it stands nowhere any more. */
  movedAway: (record: IngestionRecord) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A file that goes into no run, and why. */
interface KeptOut {
  file: StagedFile;
  app: BatchApp | null;
  outcome: 'refused' | 'deferred';
  cause: Fault;
  /** Where it is, if it was moved away. */
  movedTo?: string;
}

/** Files of one transaction: a commit costs about as much for many as for one. */
const recordedAtOnce = 500;
/** After how long a file that could not be taken is tried again. */
const retryMs = 30_000;

/** What waits in one tenant's staging directory, and what is kept out of it and why. */
export class TenantIntake {
  readonly tenant: string;
  /** Settled files in the order in which they came, the day's quota not yet looked at. */
  waiting: WaitingFile[] = [];
  /** Files that may still change, and when they will be settled at the earliest, in milliseconds from the scan. */
  settling: { names: string[]; bytes: number; nextMs: number } = { names: [], bytes: 0, nextMs: Infinity };
  /** What is kept out and stays in staging: refused and deferred files by name. */
  readonly standing = new Map<string, IngestionRecord>();
  /** Why staging cannot be read. */
  problem: Fault | null = null;
  readonly #ports: IntakePorts;
  readonly #settling = new Settling();
  /** Whether the metadata store may know of refused files that are not there any more: an earlier start may have noted some. */
  #refusalsGone = true;
  /** Files that wait for the end of a run, by name. */
  readonly #held = new Map<string, string>();
  /** Files that runs have taken since the look that is under way began: it may have seen them before. */
  readonly #takenMeanwhile = new Set<string>();
  /** Runs that could not be prepared, or are over, and still have files in their folders, and why. */
  readonly #leftBehind = new Map<string, Fault>();
  /** How a deferred file stood: another of its name may be one that the quota reaches. */
  readonly #deferredAs = new Map<string, FileStanding>();

  constructor(tenant: string, ports: IntakePorts) {
    this.tenant = tenant;
    this.#ports = ports;
  }

  /** Why files are neither in staging nor in a run; null when none are. */
  get leftBehind(): Fault | null {
    const [first] = this.#leftBehind;
    return first ? filesNotReturned(...first) : null;
  }

  /** A run that is none any more has kept files, which are put back as soon as that is possible. */
  leaveBehind(runId: string, problem: Fault): void {
    this.#leftBehind.set(runId, problem);
  }

  /** Puts back into staging what such runs have kept. */
  async fetchBack(alike: NamesAlike): Promise<void> {
    const { folder, logs } = this.#ports;
    for (const runId of this.#leftBehind.keys()) {
      const returned = await new RunFolder(folder, this.tenant, runId).giveAllBack(alike);
      for (const { file, name, problem } of returned) {
        if (!problem) logs.platform('info', 'file-returned', { tenant: this.tenant, runId, file, name });
      }
      const stays = returned.find(({ problem }) => problem);
      if (stays?.problem) this.#leftBehind.set(runId, stays.problem);
      else this.#leftBehind.delete(runId);
    }
  }

  /**
   * Looks at staging and decides anew about every file that is not `taken` by a run.
   * @param published told when what waits is known: to record what is refused takes longer
   */
  async scan(profile: TenantProfile, taken: ReadonlySet<string>, published?: () => void): Promise<void> {
    const { folder, metadata, logs, now, timeZone } = this.#ports;
    this.#takenMeanwhile.clear();
    let files: StagedFile[];
    try {
      files = await openStaging(folder, this.tenant);
      this.problem = null;
    } catch (error) {
      this.forgetStaging();
      const problem = stagingUnreadable(folder.staging(this.tenant), messageOf(error));
      if (this.problem === null) logs.platform('error', 'staging-unreadable', { tenant: this.tenant, ...problem });
      this.problem = problem;
      return;
    }
    const admission = new Admission(profile);
    const byName = new Map(files.map((file) => [file.name, file]));
    const usedToday = this.#deferredAs.size > 0 ? await metadata.dayUsage(this.tenant, dayOf(now(), timeZone())) : 0;
    const refused: KeptOut[] = [];
    const waiting: WaitingFile[] = [];
    const accepted = new Set<string>();
    const settling: TenantIntake['settling'] = { names: [], bytes: 0, nextMs: Infinity };
    for (const file of files) {
      if (taken.has(file.name)) continue;
      const wait = file.kind === 'file' ? this.#settling.waitMs(file, profile.batch.files.settleSeconds, now()) : 0;
      if (wait > 0) {
        settling.names.push(file.name);
        settling.bytes += file.size;
        settling.nextMs = Math.min(settling.nextMs, wait);
        continue;
      }
      const decision = admission.decide(file);
      if ('app' in decision) {
        waiting.push({ ...file, app: decision.app.name });
        // What it was refused for is gone: the file is another one, or the constraint is.
        const { outcome, cause } = this.standing.get(file.name) ?? {};
        if (outcome === 'refused' && cause?.code !== 'STAGING_NOT_WRITABLE') accepted.add(file.name);
      } else refused.push({ file, app: null, outcome: 'refused', cause: decision.refused });
    }
    this.#settling.keepOnly(byName);
    for (const [name, record] of this.standing) {
      const file = byName.get(name);
      if (file && !accepted.has(name) && !this.#mayTryAgain(record, file, profile, usedToday)) continue;
      this.standing.delete(name);
      this.#deferredAs.delete(name);
      this.#refusalsGone = true;
    }
    for (const [name, runId] of this.#held) {
      if (!this.#ports.isUnderWay(runId) || !byName.has(name)) this.#held.delete(name);
    }
    this.waiting = waiting.filter((file) => !taken.has(file.name) && !this.#takenMeanwhile.has(file.name));
    this.settling = settling;
    published?.();
    const forget = this.#refusalsGone;
    this.#refusalsGone = false;
    await this.#refuse(refused, profile);
    if (forget) await metadata.keepRefusals(this.tenant, [...byName.keys()]);
  }

  /** Nothing waits as far as is known. */
  forgetStaging(): void {
    this.waiting = [];
    this.settling = { names: [], bytes: 0, nextMs: Infinity };
  }

  /** Bytes of the files that `reserve` would take. */
  bytesOfNext(app: string, maxFiles: number, among?: NamedFiles): number {
    return [...this.#next(app, maxFiles, among)].reduce((sum, { size }) => sum + size, 0);
  }

  #next(app: string, maxFiles: number, among?: NamedFiles): Set<WaitingFile> {
    const files = new Set<WaitingFile>();
    for (const file of this.waiting) {
      if (files.size === maxFiles) break;
      if (file.app === app && among?.has(file.name) !== false && this.#mayRun(file)) files.add(file);
    }
    return files;
  }

  /** Takes the files of the next run of an app out of what waits: at most `maxFiles`, oldest first, of those in `among`. */
  reserve(app: string, maxFiles: number, among?: NamedFiles): WaitingFile[] {
    const reserved = this.#next(app, maxFiles, among);
    this.waiting = this.waiting.filter((file) => !reserved.has(file));
    for (const { name } of reserved) this.#takenMeanwhile.add(name);
    return [...reserved];
  }

  /** Those of the files that the day's quota reaches; the others are deferred. */
  async withinQuota(
    files: readonly WaitingFile[],
    app: BatchApp,
    profile: TenantProfile,
  ): Promise<{ files: WaitingFile[]; day: string }> {
    const { metadata, now, timeZone } = this.#ports;
    const day = dayOf(now(), timeZone());
    const { mbPerDay } = profile.batch.quota;
    if (mbPerDay === null) return { files: [...files], day };
    const admitted: WaitingFile[] = [];
    const deferred: KeptOut[] = [];
    let used = await metadata.dayUsage(this.tenant, day);
    for (const file of files) {
      if (used + file.size > mbPerDay * 1e6) {
        this.#deferredAs.set(file.name, file);
        deferred.push({ file, app, outcome: 'deferred', cause: dayQuotaUsed(day, used, mbPerDay) });
      } else {
        used += file.size;
        admitted.push(file);
      }
    }
    await this.#record(deferred);
    return { files: admitted, day };
  }

  /**
   * Names of the files of an app (or of all) that are to be run or may be soon.
   * @param isDue whether a file is run without anybody asking for it again
   */
  namesInHand(app?: string, isDue: (file: WaitingFile) => boolean = () => true): string[] {
    const names = [...this.settling.names];
    for (const file of this.waiting) {
      if ((app !== undefined && file.app !== app) || this.standing.has(file.name) || !isDue(file)) continue;
      const heldBy = this.#held.get(file.name);
      // Who waits for a run that somebody has to help waits for that person.
      if (heldBy === undefined || !this.#ports.isBlocked(heldBy)) names.push(file.name);
    }
    return names;
  }

  /** Whether a file of an app (or of any) waits for a run, of those in `among`. */
  hasWaiting(app?: string, among?: NamedFiles): boolean {
    return this.waiting.some(
      (file) => (app === undefined || file.app === app) && among?.has(file.name) !== false && this.#mayRun(file),
    );
  }

  /** Files of an app (or of all) that wait for a run of their own, or for the end of another, and are not kept out. */
  countWaiting(app?: string): { files: number; bytes: number } {
    const files = this.waiting.filter(
      (file) => (app === undefined || file.app === app) && !this.standing.has(file.name),
    );
    return { files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) };
  }

  /** Files that are kept out and stay in staging. */
  countKeptOut(as: 'refused' | 'deferred'): number {
    let count = 0;
    for (const { outcome } of this.standing.values()) if (outcome === as) count++;
    return count;
  }

  /** A file whose content a run is ingesting: it waits until that is over, and is then ingested or known as a duplicate. */
  hold(name: string, runId: string): void {
    this.#held.set(name, runId);
  }

  /** A file that could not be taken out of staging; it is tried again after a while. */
  async keepOut(name: string, reason: string): Promise<void> {
    const file = { name, kind: 'file' as const, size: 0, mtimeMs: 0 };
    await this.#record([{ file, app: null, outcome: 'refused', cause: notAdmitted(name, reason) }]);
  }

  #mayRun({ name }: WaitingFile): boolean {
    if (this.standing.has(name)) return false;
    const heldBy = this.#held.get(name);
    return heldBy === undefined || !this.#ports.isUnderWay(heldBy);
  }

  /** What was kept out for a cause that passes by itself. */
  #mayTryAgain(
    { outcome, cause, startedAt }: IngestionRecord,
    file: StagedFile,
    profile: TenantProfile,
    usedToday: number,
  ): boolean {
    if (outcome === 'deferred') {
      // It is another file, or another day, or another quota; or a run has given bytes back.
      const before = this.#deferredAs.get(file.name);
      const { mbPerDay } = profile.batch.quota;
      return !before || !isSame(before, file) || mbPerDay === null || usedToday + file.size <= mbPerDay * 1e6;
    }
    return cause?.code === 'STAGING_NOT_WRITABLE' && this.#ports.now() - startedAt > retryMs;
  }

  async #refuse(refused: readonly KeptOut[], profile: TenantProfile): Promise<void> {
    const stays = ({ file }: KeptOut) => profile.batch.files.refused === 'leave' || file.kind === 'unreadable-name';
    await this.#record(refused.filter(stays));
    // Each at once: a crash should find as few as can be that are moved and not recorded.
    for (const one of refused) if (!stays(one)) await this.#record([await this.#moveAway(one)]);
  }

  async #moveAway(refused: KeptOut): Promise<KeptOut> {
    const { name } = refused.file;
    try {
      const movedTo = await quarantineRefused(this.#ports.folder, this.tenant, name, refused.cause);
      return movedTo === null ? refused : { ...refused, movedTo };
    } catch (error) {
      return { ...refused, cause: notAdmitted(name, messageOf(error)) };
    }
  }

  /** Logs what is kept out: what stays in staging once for each file and cause, also across restarts. */
  async #record(all: readonly KeptOut[]): Promise<void> {
    const { metadata, logs } = this.#ports;
    for (let at = 0; at < all.length; at += recordedAtOnce) {
      const untold = all.slice(at, at + recordedAtOnce).flatMap((keptOut) => this.#keepOut(keptOut));
      if (untold.length === 0) continue;
      const isAdded = await metadata.recordRefusals(untold).catch((error: unknown) => {
        // The next look tells of them.
        for (const { record } of untold)
          if (this.standing.get(record.file) === record) this.standing.delete(record.file);
        throw error;
      });
      for (const [index, { record }] of untold.entries()) if (isAdded[index]) logs.tenantRecord(record);
    }
  }

  /** @returns what is to be recorded of a file; nothing when it is told already */
  #keepOut({ file, app, outcome, cause, movedTo }: KeptOut): RefusedFile[] {
    const at = this.#ports.now();
    const record: IngestionRecord = {
      runId: null,
      batchNumber: null,
      tenant: this.tenant,
      app: app?.name ?? null,
      table: app?.table.name ?? null,
      file: file.name,
      startedAt: at,
      endedAt: at,
      seconds: 0,
      outcome,
      fileBytes: file.size,
      sha256: null,
      counters: noCounts(),
      rowsPerSecond: 0,
      bytesPerSecond: 0,
      cause,
      warnings: [],
      location: movedTo ?? `tenants/${this.tenant}/staging/${file.name}`,
      quarantine: null,
    };
    const known = this.standing.get(file.name);
    // What was moved is told of each time: the next file of that name is another one.
    const isTold = known?.cause?.code === cause.code && known.fileBytes === file.size;
    if (movedTo === undefined) {
      if (isTold) return [];
      this.standing.set(file.name, record);
    } else {
      this.#refusalsGone = true;
      this.#ports.movedAway(record);
    }
    const { size, mtimeMs } = file;
    const code = outcome === 'deferred' ? `${cause.code} ${dayOf(at, this.#ports.timeZone())}` : cause.code;
    return [{ record, size, mtimeMs, code, always: movedTo !== undefined }];
  }
}
