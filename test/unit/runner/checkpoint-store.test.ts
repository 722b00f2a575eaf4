import assert from 'node:assert/strict';
import type { BatchJob } from '../../../src/protocol/jobs.ts';
import type { Checkpoint } from '../../../src/protocol/checkpoints.ts';
import { resumeState } from '../../../src/runner/checkpoint-store.ts';

const job = { runId: 'acme-1', app: { hash: 'h', stateful: false }, files: [{ name: 'a.csv' }] } as BatchJob;

describe('the state in which a run begins', () => {
  it('is in the phase that loads, for nothing has to pass a gate', () => {
    assert.equal(resumeState(job, null).phase, 'load');
  });

  it('goes on from an earlier phase to the one that loads', () => {
    for (const phase of ['spool', 'gate', 'load'] as const) {
      const saved: Checkpoint = { ...resumeState(job, null), phase };
      const [file] = saved.files;
      file!.position = { bytes: 10, lines: 1, records: 1 };
      file!.state = 'running';
      const resumed = resumeState(job, saved);
      assert.deepEqual([resumed.phase, resumed.files[0]?.position], ['load', file!.position]);
    }
  });
});
