import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laterOf, nothingUsed, UsageFile, withAttempt, withCheckpoint } from '../../../src/batch/run-usage.ts';
import { resumeState } from '../../../src/runner/checkpoint-store.ts';
import type { BatchJob } from '../../../src/protocol/jobs.ts';

const mib = 2 ** 20;

describe('what a run has used', () => {
  it('is the sum over its attempts, each with its own peak', () => {
    const first = withAttempt(nothingUsed, 10, { cpuSeconds: 7, peakResidentBytes: 100 * mib });
    const both = withAttempt(first, 4, { cpuSeconds: 8.5, peakResidentBytes: 50 * mib });
    assert.deepEqual(both, { seconds: 14, cpuSeconds: 15.5, peakRssBytes: 100 * mib, memoryMbSeconds: 1200 });
    assert.deepEqual(laterOf(first, both), both);
    assert.deepEqual(laterOf(both, nothingUsed), both);
  });

  it('is what the runner has seen where nobody else has', () => {
    const seen = withAttempt(nothingUsed, 10, { cpuSeconds: 7, peakResidentBytes: 100 * mib });
    const state = resumeState({ files: [], app: { hash: '' } } as unknown as BatchJob, null);
    const checkpoint = {
      ...state,
      usage: { seconds: 15, cpuSeconds: 3, peakRssBytes: 60 * mib, eventLoopDelayP99Ms: 0 },
    };
    const expected = { seconds: 15, cpuSeconds: 7, peakRssBytes: 100 * mib, memoryMbSeconds: 1000 + 300 };
    assert.deepEqual(withCheckpoint(seen, checkpoint), expected);
    // However often it is looked at.
    assert.deepEqual(withCheckpoint(expected, checkpoint), expected);
    assert.deepEqual(withCheckpoint(seen, null), seen);
  });

  it('is nothing where nothing, or nothing that can be read, was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'usage-'));
    try {
      const file = new UsageFile(join(folder, 'usage.json'));
      assert.deepEqual(await file.read(), nothingUsed);
      await Promise.all([file.write({ ...nothingUsed, seconds: 1 }), file.write({ ...nothingUsed, seconds: 2 })]);
      assert.equal((await file.read()).seconds, 2);
      await new UsageFile(join(folder, 'no', 'usage.json')).write(nothingUsed);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
