import type { BatchJob } from '../protocol/jobs.ts';
import type { ByteLimit } from '../protocol/byte-limits.ts';
import { defaults } from '../tenants/defaults.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';

/** What a profile says of an app, as those who execute it are told: the same for a run and for a sample. */
export function jobOfApp(
  profile: TenantProfile,
  app: BatchApp,
): Pick<BatchJob, 'tenant' | 'app' | 'format' | 'table' | 'limits'> {
  const { maxDecompressedMb, mostDecompressedMb } = profile.batch.files;
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
      decompressed: limitOf(mostDecompressedMb, maxDecompressedMb === null ? defaults.decompressed : null),
      quarantine: limitOf(app.maxQuarantineMb, app.maxQuarantineMb === null ? defaults.quarantine : null),
      toleratedPercent: app.toleratedPercent,
      maxRecordBytes: app.maxRecordBytes,
      chunkTimeoutSeconds: app.chunkTimeoutSeconds,
    },
  };
}

/** @param mostMb null for no limit but that by size */
function limitOf(mostMb: number | null, bySize: { times: number; leastMb: number } | null): ByteLimit {
  return {
    most: mostMb === null ? null : Math.ceil(mostMb * 1e6),
    bySize: bySize && { times: bySize.times, least: bySize.leastMb * 1e6 },
  };
}
