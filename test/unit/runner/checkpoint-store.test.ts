import assert from 'node:assert/strict';
import type { BatchJob } from '../../../src/protocol/jobs.ts';
import type { Checkpoint } from '../../../src/protocol/checkpoints.ts';
import { resumeState } from '../../../src/runner/checkpoint-store.ts';

const job = { runId: 'acme-1', app: { hash: 'h', stateful: false }, files: [{ name: 'a.csv' }] } as BatchJob;
const stateful = { ...job, app: { ...job.app, stateful: true } };

/** A checkpoint with its file half-way. */
function halfway(changes: Partial<Checkpoint> = {}): Checkpoint {
  const saved = { ...resumeState(job, null), ...changes };
  Object.assign(saved.files[0]!, {
    state: 'running',
    position: { bytes: 10, lines: 2, records: 1 },
    quarantineBytes: 7,
  });
  return saved;
}

describe('the state in which a run begins', () => {
  it('is the first phase of the first attempt, with nothing read', () => {
    const { phase, attempt, ended, files } = resumeState(job, null);
    assert.deepEqual([phase, attempt, ended, files[0]?.position.records], ['spool', 1, null, 0]);
  });

  it('keeps the phase that was saved, and the file goes on where it was', () => {
    for (const phase of ['spool', 'gate', 'load'] as const) {
      const saved = halfway({ phase });
      const resumed = resumeState(job, saved);
      assert.deepEqual([resumed.phase, resumed.files], [phase, saved.files]);
    }
  });

  it('counts on for the time that a file may take where it goes on, and anew where it begins anew', () => {
    const saved = halfway();
    saved.files[0]!.workedSeconds = 40;
    assert.equal(resumeState(job, saved).files[0]?.workedSeconds, 40);
    assert.equal(resumeState(stateful, saved).files[0]?.workedSeconds, 0);
  });

  it('is another attempt each time, which has not ended', () => {
    const ended = { outcome: 'failed', cause: { code: 'COREDMS_FULL', message: 'full' } } as const;
    const second = resumeState(job, halfway({ ended }));
    assert.deepEqual([second.attempt, second.ended], [2, null]);
    assert.equal(resumeState(job, second).attempt, 3);
  });

  it('begins a file anew for an app with state, or another app, but leaves finished ones as they are', () => {
    for (const [now, saved] of [
      [stateful, halfway()],
      [job, halfway({ appHash: 'another' })],
    ] as const) {
      const [file] = resumeState(now, saved).files;
      assert.deepEqual([file?.state, file?.position.records, file?.quarantineBytes], ['pending', 0, 0]);
      saved.files[0]!.state = 'done';
      assert.deepEqual(resumeState(now, saved).files, saved.files);
    }
  });
});
