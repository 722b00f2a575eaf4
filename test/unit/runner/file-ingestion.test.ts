import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchJob, JobFile } from '../../../src/protocol/jobs.ts';
import { resumeState } from '../../../src/runner/checkpoint-store.ts';
import { FileIngestion, type IngestionPorts } from '../../../src/runner/file-ingestion.ts';
import { TokenBucket } from '../../../src/runner/quota.ts';

const unlimited = { most: null, bySize: null };

describe('the checkpoint of a file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ingestion-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('knows no columns before its header is behind it', async () => {
    const path = join(folder, 'a.csv');
    await writeFile(path, '\n\nid,name\n1,a\n2,b\n');
    const { size, mtimeMs } = await stat(path);
    const file = { name: 'a.csv', path, size, mtimeMs, mostRecords: 5, quarantinePath: join(folder, 'q') } as JobFile;
    const job = {
      app: { hash: '', stateful: false },
      files: [file],
      format: { type: 'csv', delimiter: ',', quote: '"', escape: '"', header: true, columns: null, nulls: [] },
      table: { name: 't', columns: [{ name: 'id', type: 'int' }] },
      limits: { maxRecordBytes: 1000, decompressed: unlimited, quarantine: unlimited, toleratedPercent: 100 },
    } as unknown as BatchJob;
    Object.assign(job.format, { trim: false, encoding: 'utf-8', compression: 'none' });
    const state = resumeState(job, null).files[0]!;
    const abort = new AbortController();
    const ports: IngestionPorts = {
      job,
      bucket: new TokenBucket({ rowsPerSecond: null, bytesPerSecond: null }),
      // The app does not answer; the run is over meanwhile.
      send: () => setImmediate(() => abort.abort(new Error('over'))),
      nextSequence: () => 0,
      sync: () => Promise.resolve(),
      save: () => Promise.resolve(),
      writes: () => false,
      signal: abort.signal,
      drain: new AbortController().signal,
    };
    await assert.rejects(new FileIngestion(file, state, ports).run(), /over/);
    assert.deepEqual([state.position.records, state.columns], [0, null]);
  });
});
