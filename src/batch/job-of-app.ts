import type { BatchJob } from '../protocol/jobs.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';

/** What a profile says of an app, as those who execute it are told: the same for a run and for a sample. */
export function jobOfApp(
  profile: TenantProfile,
  app: BatchApp,
): Pick<BatchJob, 'tenant' | 'app' | 'format' | 'table' | 'limits'> {
  return {
    tenant: profile.tenant,
    app: {
      name: app.name,
      code: app.code,
      folder: app.folder,
      stateful: app.stateful,
      hash: '',
    },
    format: app.format,
    table: app.table,
    limits: {
      memoryMb: app.resources.memoryMb,
      timeoutSeconds: app.resources.timeoutSeconds,
      maxDecompressedBytes: Math.ceil(profile.batch.files.maxDecompressedMb * 1e6),
      maxRecordBytes: app.maxRecordBytes,
      chunkTimeoutSeconds: app.chunkTimeoutSeconds,
    },
  };
}
