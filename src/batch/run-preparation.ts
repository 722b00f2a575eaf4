import { messageOf } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { BatchJob, CoreDmsTarget, JobFile, RateLimit } from '../protocol/jobs.ts';
import type { RunRecord } from '../protocol/ingestion-log.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { OpenRun } from '../records/open-runs.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import { appHash } from './app-hash.ts';
import type { FileHasher } from './file-hash.ts';
import { RunFolder } from './run-folder.ts';
import type { RunPlan, SetAside } from './run-plan.ts';
import { asDuplicate, asUnreadable } from './run-plan.ts';
import type { WaitingFile } from './tenant-intake.ts';

export interface PreparationPorts {
  folder: PlatformFolder;
  metadata: MetadataStore;
  hasher: FileHasher;
  coreDmsOf: (tenant: string) => CoreDmsTarget;
  now: () => number;
  /** Told when a file could not be taken out of staging. */
  notAdmitted: (tenant: string, name: string, reason: string) => void;
}

/** Makes a run of waiting files: they leave staging, are hashed and held against the ledger, and the run is open. */
export async function prepareRun(
  ports: PreparationPorts,
  profile: TenantProfile,
  app: BatchApp,
  files: readonly WaitingFile[],
  context: { trigger: RunRecord['trigger']; day: string; rate: RateLimit; places: number },
): Promise<{ run: OpenRun; plan: RunPlan } | null> {
  const { folder, metadata, now } = ports;
  const { tenant } = profile;
  const batchNumber = await metadata.nextBatchNumber(tenant);
  const runId = `${tenant}-${batchNumber}`;
  const startedAt = now();
  const runFolder = new RunFolder(folder, tenant, runId);
  await runFolder.create();

  const jobFiles: JobFile[] = [];
  const setAside: SetAside[] = [];
  for (const file of files) {
    let admitted: { size: number; mtimeMs: number } | undefined;
    try {
      admitted = await runFolder.admit(file.name);
    } catch (error) {
      ports.notAdmitted(tenant, file.name, messageOf(error));
      continue;
    }
    if (!admitted) continue;
    try {
      const { sha256, size } = await ports.hasher.hash(runFolder.workPath(file.name));
      const claim = await metadata.claim({
        tenant,
        app: app.name,
        sha256,
        runId,
        file: file.name,
        size,
        // Capped at now: a file from a clock that runs ahead must not win over later ones.
        writeTimeMicros: Math.round(Math.max(0, Math.min(admitted.mtimeMs, startedAt)) * 1000),
      });
      if (claim.claimed) {
        jobFiles.push({
          name: file.name,
          path: runFolder.workPath(file.name),
          size,
          sha256,
          writeTimeMicros: claim.writeTimeMicros,
          quarantinePath: runFolder.rejectsPath(file.name),
        });
      } else setAside.push(asDuplicate(file.name, size, sha256, claim));
    } catch (error) {
      setAside.push(asUnreadable(file.name, admitted.size, error));
    }
  }
  if (jobFiles.length === 0 && setAside.length === 0) {
    await runFolder.remove();
    return null;
  }

  const job: BatchJob | null =
    jobFiles.length === 0
      ? null
      : {
          kind: 'batch',
          runId,
          tenant,
          app: {
            name: app.name,
            code: app.code,
            folder: app.folder,
            stateful: app.stateful,
            hash: await appHash(app),
          },
          files: jobFiles,
          format: app.format,
          table: app.table,
          coreDms: ports.coreDmsOf(tenant),
          rate: context.rate,
          limits: {
            memoryMb: app.resources.memoryMb,
            timeoutSeconds: app.resources.timeoutSeconds,
            maxRecordBytes: app.maxRecordBytes,
            chunkTimeoutSeconds: app.chunkTimeoutSeconds,
          },
          checkpointPath: runFolder.checkpointPath,
          controlPlane: null,
        };
  const plan: RunPlan = {
    job,
    table: app.table.name,
    setAside,
    toleratedPercent: app.toleratedPercent,
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
  };
  const bytes = jobFiles.reduce((sum, file) => sum + file.size, 0);
  await metadata.openRun(run, { day: context.day, bytes });
  return { run, plan };
}
