import { basename } from 'node:path';
import type { SampleJob } from '../../protocol/samples.ts';
import type { BatchApp, TenantProfile } from '../../tenants/effective-profile.ts';
import { jobOfApp } from '../job-of-app.ts';

export const defaultRecords = 50;
export const mostRecords = 1000;

/** Which records an app is tried on. */
export interface SampleWish {
  /** Absolute. */
  file: string;
  /** From the start of the file; default 50, at most 1000. */
  records?: number | undefined;
}

export function sampleJobOf(profile: TenantProfile, app: BatchApp, { file, records }: SampleWish): SampleJob {
  return {
    kind: 'sample',
    ...jobOfApp(profile, app),
    file: { name: basename(file), path: file },
    records: Math.max(1, Math.min(records ?? defaultRecords, mostRecords)),
  };
}
