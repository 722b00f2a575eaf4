import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileHasher, type FileHash } from '../../src/batch/file-hash.ts';
import type { RunPlan } from '../../src/batch/run-plan.ts';
import type { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import type { BatchJob } from '../../src/protocol/jobs.ts';
import { MetadataStore } from '../../src/records/metadata-store.ts';
import type { OpenRun } from '../../src/records/open-runs.ts';

// What a control plane leaves that is killed at some point, in a folder that nobody owns now.

/** The first run of tenant `acme`. */
export const leftRun = 'acme-1';

export const workPath = (folder: PlatformFolder, name: string) => join(folder.work(leftRun), 'files', name);

/** What the store has of a run over files of a command app; `given` is set in its job. */
export function leftPlan(folder: PlatformFolder, given: Pick<BatchJob, 'files'> & Partial<BatchJob>): NonJobless {
  return {
    job: {
      kind: 'batch',
      runId: leftRun,
      tenant: 'acme',
      app: { name: 'items', code: { form: 'command', command: ['x'] }, folder: '/', stateful: false, hash: '' },
      format: { type: 'ndjson', nulls: [], encoding: 'utf-8', compression: 'none' },
      table: { name: 'items', columns: [{ name: 'id', type: 'int' }], partitionKey: ['id'], clusteringKey: [] },
      coreDms: { kind: 'embedded', file: folder.embeddedKeyspace('acme'), keyspace: 'acme' },
      rate: { rowsPerSecond: null, bytesPerSecond: null },
      limits: {
        memoryMb: 256,
        timeoutSeconds: 10,
        decompressed: { most: 1e6, bySize: null },
        quarantine: { most: 1e6, bySize: null },
        toleratedPercent: 100,
        maxRecordBytes: 1000,
        chunkTimeoutSeconds: 10,
      },
      checkpointPath: join(folder.work(leftRun), 'checkpoint.json'),
      controlPlane: null,
      ...given,
    },
    table: 'items',
    setAside: [],
    toleratedPercent: 100,
    appTerms: '',
    furthest: 0,
    day: '2026-01-01',
    places: 1,
    blocked: null,
    verdict: null,
  };
}

type NonJobless = RunPlan & { job: BatchJob };

/** A file of the run; what it has inside does not matter unless `given` says it. */
export function leftFile(folder: PlatformFolder, name: string, given: Partial<BatchJob['files'][number]> = {}) {
  const quarantinePath = join(folder.quarantine('acme'), leftRun, `${name}.rejected.ndjson`);
  const content = { size: 0, mtimeMs: 0, sha256: name.repeat(10), mostRecords: 1e6, writeTimeMicros: 1 };
  return { name, path: workPath(folder, name), ...content, quarantinePath, ...given };
}

export async function hashOf(path: string): Promise<FileHash> {
  const hasher = new FileHasher();
  try {
    return await hasher.hash('acme', path, { compression: 'none', maxDecompressedBytes: 1 });
  } finally {
    await hasher.dispose();
  }
}

export async function inStore(folder: PlatformFolder, work: (store: MetadataStore) => Promise<void>): Promise<void> {
  await mkdir(folder.state, { recursive: true });
  const store = await MetadataStore.open({ metadata: folder.metadataFile, owner: folder.ownerFile });
  try {
    await work(store);
  } finally {
    await store.dispose();
  }
}

export async function leaveOpen(folder: PlatformFolder, plan: RunPlan, given: Partial<OpenRun> = {}): Promise<void> {
  await inStore(folder, async (store) => {
    const batchNumber = await store.nextBatchNumber('acme');
    const facts = { runId: leftRun, tenant: 'acme', app: 'items', batchNumber, trigger: 'arrival' as const };
    await store.openRun({ ...facts, profileVersion: 'v', startedAt: 1, attempts: 1, job: plan, ...given });
  });
}
