import { basename, dirname } from 'node:path';
import { faultOf, mayPass, messageOf, systemCode, type Fault } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { bytesFor } from '../protocol/byte-limits.ts';
import type { BatchJob, CoreDmsTarget, JobFile, RateLimit } from '../protocol/jobs.ts';
import type { RunRecord } from '../protocol/ingestion-log.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { OpenRun } from '../records/open-runs.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import { namesAlike, type NamesAlike } from './admission.ts';
import { appTerms } from './app-terms.ts';
import type { FileHash, FileHasher } from './file-hash.ts';
import { jobOfApp } from './job-of-app.ts';
import { hasToStay, RunFolder, type ReturnedFile } from './run-folder.ts';
import { hasLeftFiles, lastBatchNumber } from './run-numbers.ts';
import type { RunPlan, SetAside } from './run-plan.ts';
import { asCancelled, asDuplicate, asUnreadable } from './run-plan.ts';
import type { RunInPreparation } from './run-in-preparation.ts';
import { unlessStuck } from './stuck-file.ts';
import type { WaitingFile } from './tenant-intake.ts';
import { cancelledVerdict } from './run-outcome.ts';

export interface PreparationPorts {
  folder: PlatformFolder;
  metadata: MetadataStore;
  hasher: FileHasher;
  coreDmsOf: (tenant: string) => CoreDmsTarget;
  now: () => number;
  /** Told when a file could not be taken out of staging. */
  notAdmitted: (name: string, reason: string) => void;
  /** Told when a run that is not over has the same content: the file is back in staging, under `name`, until that is. */
  held: (file: string, name: string, runId: string) => void;
  /** Told what name a file of a run that is not opened has in staging again. */
  returned: (file: string, name: string) => void;
  /** Told when files that the run has taken cannot be put back now, and why: its folder still has them. */
  leftBehind: (runId: string, problem: Fault) => void;
}

interface RunContext {
  trigger: RunRecord['trigger'];
  day: string;
  rate: RateLimit;
  places: number;
}

/** An open run that no attempt was made at. */
export interface PreparedRun {
  run: OpenRun;
  plan: RunPlan;
}

/**
 * Makes a run of waiting files: they leave staging, are hashed and held against the ledger, and the run is open. When that
 * fails, the files go back; what was claimed for a run that is not open counts for nothing. One that is cancelled meanwhile is
 * opened with that as its verdict.
 */
export async function prepareRun(
  ports: PreparationPorts,
  profile: TenantProfile,
  app: BatchApp,
  preparation: RunInPreparation,
  files: readonly WaitingFile[],
  context: RunContext,
): Promise<PreparedRun | null> {
  const batchNumber = await newBatchNumber(ports, profile.tenant);
  const runId = `${profile.tenant}-${batchNumber}`;
  preparation.runId = runId;
  const runFolder = new RunFolder(ports.folder, profile.tenant, runId);
  await runFolder.create();
  let prepared: PreparedRun | null = null;
  try {
    prepared = await openRun(ports, profile, app, preparation, files, context, { batchNumber, runId, runFolder });
  } finally {
    if (!prepared) await undo(ports, runId, runFolder, namesAlike(profile));
  }
  return prepared;
}

/** The number of the next run; not of one that has left files, which a metadata store may not know that is new or a backup. */
async function newBatchNumber({ metadata, folder }: PreparationPorts, tenant: string): Promise<number> {
  const next = await metadata.nextBatchNumber(tenant);
  if (!(await hasLeftFiles(folder, tenant, next))) return next;
  return metadata.nextBatchNumber(tenant, (await lastBatchNumber(folder, tenant)) + 1);
}

/** Never rejects: why the run could not be prepared is what there is to tell. */
async function undo(ports: PreparationPorts, runId: string, runFolder: RunFolder, alike: NamesAlike): Promise<void> {
  // Which becomes emptier.
  const folder = runFolder.workPath('');
  const nothing = (error: unknown): ReturnedFile[] => [{ file: null, problem: faultOf(error) }];
  const files = await unlessStuck(runFolder.giveAllBack(alike), runId, folder).catch(nothing);
  for (const { file, name } of files) if (file !== null && name !== undefined) ports.returned(file, name);
  const stays = files.find(({ problem }) => problem);
  if (stays?.problem) ports.leftBehind(runId, stays.problem);
}

async function openRun(
  ports: PreparationPorts,
  profile: TenantProfile,
  app: BatchApp,
  preparation: RunInPreparation,
  files: readonly WaitingFile[],
  context: RunContext,
  { batchNumber, runId, runFolder }: { batchNumber: number; runId: string; runFolder: RunFolder },
): Promise<PreparedRun | null> {
  const { metadata, now } = ports;
  const { tenant } = profile;
  const startedAt = now();
  const terms = jobOfApp(profile, app);
  // An app that cannot be read tells so when it is started.
  const appHash = await ports.hasher.appHash(tenant, app, appTerms(app)).catch(() => null);
  const alike = namesAlike(profile);
  const jobFiles: JobFile[] = [];
  const setAside: SetAside[] = [];
  for (const file of files) {
    let admitted: { size: number; mtimeMs: number } | undefined;
    try {
      admitted = await unlessStuck(runFolder.admit(file, alike), file.name, dirname(runFolder.workPath(file.name)));
    } catch (error) {
      if (systemCode(error) === 'FILE_STUCK') throw error;
      ports.notAdmitted(file.name, messageOf(error));
      continue;
    }
    if (!admitted) continue;
    let hashed: FileHash;
    try {
      const maxDecompressedBytes = bytesFor(admitted.size, terms.limits.decompressed);
      const reading = { compression: app.format.compression, maxDecompressedBytes };
      hashed = await ports.hasher.hash(tenant, runFolder.workPath(file.name), reading, preparation);
    } catch (error) {
      if (preparation.isCancelled) {
        setAside.push(asCancelled(file.name, admitted.size));
        continue;
      }
      preparation.signal.throwIfAborted();
      // With no file left to open, say, every file would fail.
      const code = systemCode(error);
      if (code === 'FILE_STUCK' || (code !== 'EIO' && mayPass(code))) throw error;
      setAside.push(asUnreadable(file.name, admitted.size, error));
      continue;
    }
    preparation.fileHashed();
    const { sha256, size, lines } = hashed;
    const claim = await metadata.claim({
      tenant,
      app: app.name,
      table: app.table.name,
      sha256,
      terms: appHash,
      runId,
      file: file.name,
      size,
      records: lines,
      // Capped at now: a file from a clock that runs ahead must not win over later ones.
      writeTimeMicros: Math.round(Math.max(0, Math.min(admitted.mtimeMs, startedAt)) * 1000),
    });
    if (claim.claimed) {
      jobFiles.push({
        name: file.name,
        path: runFolder.workPath(file.name),
        size,
        mtimeMs: admitted.mtimeMs,
        sha256,
        mostRecords: lines,
        writeTimeMicros: claim.writeTimeMicros,
        quarantinePath: runFolder.rejectsPath(file.name),
      });
    } else if (claim.ingestedAt !== null) setAside.push(asDuplicate(file.name, size, sha256, claim));
    else {
      await runFolder.giveBack(file.name, alike).then(
        (place) => ports.held(file.name, basename(place), claim.runId),
        (error: unknown) => {
          // It goes back when the run ends.
          if (!hasToStay(error)) throw error;
        },
      );
    }
  }
  const { isCancelled } = preparation;
  for (const { name, size } of isCancelled ? jobFiles.splice(0) : []) setAside.push(asCancelled(name, size));
  if (jobFiles.length === 0 && setAside.length === 0) return null;

  const job: BatchJob | null =
    jobFiles.length === 0
      ? null
      : {
          kind: 'batch',
          runId,
          ...terms,
          files: jobFiles,
          coreDms: ports.coreDmsOf(tenant),
          rate: context.rate,
          checkpointPath: runFolder.checkpointPath,
          controlPlane: null,
        };
  const plan: RunPlan = {
    job,
    table: app.table.name,
    setAside,
    toleratedPercent: app.toleratedPercent,
    appTerms: appTerms(app),
    furthest: 0,
    blocked: null,
    verdict: isCancelled ? cancelledVerdict() : null,
    day: context.day,
    places: context.places,
  };
  const run: OpenRun = {
    runId,
    tenant,
    app: app.name,
    batchNumber,
    trigger: context.trigger,
    profileVersion: profile.version,
    startedAt,
    attempts: 1,
    job: plan,
    admitted: { day: context.day, bytes: jobFiles.reduce((sum, file) => sum + file.size, 0) },
  };
  await metadata.openRun(run);
  return { run, plan };
}
