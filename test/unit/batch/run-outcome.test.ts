import assert from 'node:assert/strict';
import { runnerSilent } from '../../../src/batch/faults.ts';
import {
  endOfAttempt,
  fileAtHand,
  judgeFile,
  judgeRun,
  progressOf,
  isWaitedFor,
} from '../../../src/batch/run-outcome.ts';
import type { RunVerdict } from '../../../src/batch/run-plan.ts';
import type { Fault } from '../../../src/foundation/errors.ts';
import type { ProcessEnd } from '../../../src/processes/supervised-process.ts';
import type { Checkpoint, FileCheckpoint } from '../../../src/protocol/checkpoints.ts';
import type { BatchJob } from '../../../src/protocol/jobs.ts';
import { resumeState } from '../../../src/runner/checkpoint-store.ts';

const job = {
  runId: 'acme-1',
  app: { hash: 'h', stateful: false },
  files: [{ name: 'a.csv' }, { name: 'b.csv' }],
  limits: { memoryMb: 256 },
} as BatchJob;

const exited = (exitCode: number, changes: Partial<ProcessEnd> = {}): ProcessEnd => ({
  reason: 'exited',
  exitCode,
  signal: null,
  peakResidentBytes: 0,
  cpuSeconds: 0,
  stdoutTail: '',
  stderrTail: '',
  survivors: [],
  ...changes,
});
const killed = exited(0, { reason: 'killed', exitCode: null, signal: 'SIGKILL' });
const fault = (code: string): Fault => ({ code, message: code });
const failed = (code: string): Checkpoint['ended'] => ({ outcome: 'failed', cause: fault(code) });
const nothingKnown = { cancelled: false, reported: null, killedFor: null };

/** A checkpoint of both files. */
function checkpoint(changes: Partial<Checkpoint>, ...files: Partial<FileCheckpoint>[]): Checkpoint {
  const state = { ...resumeState(job, null), ...changes };
  for (const [index, change] of files.entries()) Object.assign(state.files[index]!, change);
  return state;
}

describe('the verdict on a run', () => {
  const judge = (ended: Checkpoint['ended'], end: ProcessEnd, known: Partial<Parameters<typeof judgeRun>[3]> = {}) => {
    const judged = judgeRun(job, ended, end, { ...nothingKnown, ...known });
    return [judged.kind === 'over' ? judged.outcome : judged.kind, judged.cause?.code ?? null];
  };

  it('is what the run says itself, whatever became of its process then', () => {
    const done = { outcome: 'done', cause: null } as const;
    assert.deepEqual(judge(done, exited(0)), ['done', null]);
    assert.deepEqual(judge(done, killed, { cancelled: true }), ['done', null]);
    assert.deepEqual(judge(failed('APP_TIMEOUT'), killed), ['failed', 'APP_TIMEOUT']);
  });

  it('is that it was cancelled when a person wanted that, unless it was done before', () => {
    assert.deepEqual(judge(null, killed, { cancelled: true }), ['cancelled', 'RUN_CANCELLED']);
    assert.deepEqual(judge(failed('COREDMS_FULL'), exited(1), { cancelled: true }), ['cancelled', 'RUN_CANCELLED']);
  });

  for (const code of [
    'COREDMS_BUSY',
    'COREDMS_FULL',
    'COREDMS_UNAVAILABLE',
    'DISK_FULL',
    'ENOSPC',
    'LEASE_LOST',
    'EMFILE',
    'EIO',
  ]) {
    it(`is open after ${code}, which may pass`, () => {
      assert.deepEqual(judge(failed(code), exited(1)), ['interrupted', code]);
    });
  }

  it('is open after a stop, with its cause', () => {
    const stopped = { outcome: 'stopped', cause: fault('LEASE_LOST') } as const;
    assert.deepEqual(judge(stopped, exited(0)), ['interrupted', 'LEASE_LOST']);
    assert.deepEqual(judge({ ...stopped, cause: null }, exited(0)), ['interrupted', null]);
  });

  it('is failed when its processes took too much memory', () => {
    const end = exited(0, { reason: 'memory', exitCode: null, signal: 'SIGKILL', peakResidentBytes: 300 * 2 ** 20 });
    assert.deepEqual(judge(null, end), ['failed', 'RUN_OUT_OF_MEMORY']);
  });

  it('is open when its process ended without a word, with what it reported last or wrote', () => {
    assert.deepEqual(judge(null, killed), ['interrupted', null]);
    assert.deepEqual(judge(null, exited(1), { reported: fault('ENOSPC') }), ['interrupted', 'ENOSPC']);
    assert.deepEqual(judge(null, exited(134)), ['interrupted', 'RUNNER_CRASHED']);
    const { cause } = judgeRun(
      job,
      null,
      exited(1, { stderrTail: 'a warning\nRangeError: out of it\n    at x\n' }),
      nothingKnown,
    );
    assert.equal(cause?.message, 'the runner ended with status 1: RangeError: out of it');
    const { cause: bySignal } = judgeRun(job, null, exited(0, { exitCode: null, signal: 'SIGSEGV' }), nothingKnown);
    assert.equal(bySignal?.message, 'the runner ended by signal SIGSEGV');
  });

  it('has the cause for which the platform has ended the processes', () => {
    const killedFor = runnerSilent(60_000);
    assert.deepEqual(judge(null, killed, { killedFor }), ['interrupted', 'RUNNER_SILENT']);
    assert.deepEqual(judge(null, killed), ['interrupted', null]);
  });

  it('takes the end of an attempt from its own checkpoint, not from that of the attempt before', () => {
    const before = checkpoint({ ended: failed('COREDMS_FULL') });
    assert.equal(endOfAttempt(before, before), null);
    assert.equal(endOfAttempt(before, null), null);
    assert.deepEqual(endOfAttempt(before, { ...before, attempt: 2 }), failed('COREDMS_FULL'));
    assert.deepEqual(endOfAttempt(null, before), failed('COREDMS_FULL'));
  });

  it('waits for space as long as it takes, and for nothing else', () => {
    assert.deepEqual(
      ['COREDMS_FULL', 'DISK_FULL', 'ENOSPC', 'COREDMS_BUSY', 'LEASE_LOST'].filter((code) => isWaitedFor(fault(code))),
      ['COREDMS_FULL', 'DISK_FULL', 'ENOSPC'],
    );
    assert.equal(isWaitedFor(null), false);
  });
});

describe('how far a run has come', () => {
  const at = (records: number) => ({ position: { bytes: 0, lines: 0, records } });

  it('is counted in records and finished files', () => {
    assert.equal(progressOf(null), 0);
    assert.equal(progressOf(checkpoint({}, { ...at(20), state: 'done' }, { ...at(5), state: 'running' })), 26);
    assert.equal(progressOf(checkpoint({}, { ...at(0), state: 'failed' })), 1);
  });

  it('names the file at hand: the first that is not finished', () => {
    assert.equal(fileAtHand(2, null), 0);
    assert.equal(fileAtHand(2, checkpoint({}, { state: 'done' })), 1);
    assert.equal(fileAtHand(2, checkpoint({}, { state: 'failed' }, { state: 'done' })), 2);
  });
});

describe('the verdict on a file', () => {
  const run = (outcome: RunVerdict['outcome'], code?: string): RunVerdict => ({
    outcome,
    cause: code === undefined ? null : fault(code),
  });
  const file = (state: FileCheckpoint['state'], read = 0, quarantined = 0, cause: Fault | null = null) => {
    const [begun] = resumeState(job, null).files;
    return { ...begun!, state, cause, counters: { ...begun!.counters, read, quarantined, stored: read - quarantined } };
  };
  const judge = (state: FileCheckpoint | undefined, of: RunVerdict, began = true, bytes = 100) => {
    const { outcome, cause } = judgeFile(state, bytes, of, 10, began);
    return [outcome, cause?.code ?? null];
  };

  it('tells files without records, with some in quarantine, and with too many there', () => {
    assert.deepEqual(judge(file('done', 100), run('done')), ['ingested', null]);
    assert.deepEqual(judge(file('done', 100, 10), run('done')), ['partial', null]);
    assert.deepEqual(judge(file('done', 100, 11), run('done')), ['failed', 'TOLERANCE_EXCEEDED']);
    assert.deepEqual(judge(file('done'), run('done')), ['empty', 'NO_RECORDS']);
    assert.deepEqual(judge(file('done'), run('done'), true, 0), ['empty', 'FILE_EMPTY']);
  });

  it('gives the file its own cause, or that of its run', () => {
    assert.deepEqual(judge(file('failed', 5, 0, fault('GZIP_BROKEN')), run('done')), ['failed', 'GZIP_BROKEN']);
    assert.deepEqual(judge(file('running', 5), run('failed', 'APP_EXITED')), ['failed', 'APP_EXITED']);
    assert.deepEqual(judge(undefined, run('failed', 'APP_EXITED')), ['failed', 'APP_EXITED']);
  });

  it('returns a file that a failed run never came to, and keeps what was done before it failed', () => {
    assert.deepEqual(judge(file('pending'), run('failed', 'APP_EXITED'), false), ['returned', 'APP_EXITED']);
    assert.deepEqual(judge(file('done', 3), run('failed', 'APP_EXITED')), ['ingested', null]);
  });

  it('cancels every file that is not done', () => {
    assert.deepEqual(judge(file('pending'), run('cancelled', 'RUN_CANCELLED'), false), ['cancelled', 'RUN_CANCELLED']);
    assert.deepEqual(judge(file('running', 3), run('cancelled', 'RUN_CANCELLED')), ['cancelled', 'RUN_CANCELLED']);
    assert.deepEqual(judge(file('done', 3), run('cancelled', 'RUN_CANCELLED')), ['ingested', null]);
  });
});
