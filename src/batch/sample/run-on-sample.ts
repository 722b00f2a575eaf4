import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from '../../foundation/errors.ts';
import { faultOf, PlatformError } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { programPath } from '../../foundation/programs.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { ProcessWatcher } from '../../processes/process-watcher.ts';
import { scrubbedEnvironment } from '../../processes/scrubbed-environment.ts';
import type { ProcessEnd } from '../../processes/supervised-process.ts';
import { SupervisedProcess } from '../../processes/supervised-process.ts';
import type { SampleJob, SampleResult } from '../../protocol/samples.ts';
import { sampleResult } from '../../protocol/samples.ts';
import type { BatchApp, TenantProfile } from '../../tenants/effective-profile.ts';
import { sampleTimeout } from '../../runner/faults.ts';
import { runnerCrashed, runOutOfMemory } from '../faults.ts';
import { runMark } from '../run-folder.ts';
import type { SampleWish } from './sample-job.ts';
import { sampleJobOf } from './sample-job.ts';

/** The program itself gives up before. Seconds. */
const wallSeconds = 60;

/**
 * Tries an app on the first records of a file: in a process of its own and under the app's limits, as a run, but nothing is
 * stored, no checkpoint written and the file left where it is. That the app fails is in the result.
 * @throws PlatformError when the process was ended for its limits or fell; the signal's reason when that aborts
 */
export async function runOnSample(
  folder: PlatformFolder,
  profile: TenantProfile,
  app: BatchApp,
  { signal, ...wish }: SampleWish & { signal: AbortSignal },
): Promise<SampleResult> {
  signal.throwIfAborted();
  const job = sampleJobOf(profile, app, wish);
  const watcher = new ProcessWatcher();
  // What an app writes into its working directory goes with it.
  const cwd = await mkdtemp(join(tmpdir(), 'mysimbdp-sample-'));
  try {
    return await inProcess(folder, job, { watcher, cwd, signal });
  } finally {
    watcher.dispose();
    await rm(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function inProcess(
  folder: PlatformFolder,
  job: SampleJob,
  { watcher, cwd, signal }: { watcher: ProcessWatcher; cwd: string; signal: AbortSignal },
): Promise<SampleResult> {
  const { command, args, env } = nodeCommand(programPath('sample-run'));
  const options = {
    name: `the sample of ${job.app.name}`,
    command,
    args,
    cwd,
    env: { ...scrubbedEnvironment(), ...env },
    marker: runMark(folder, `sample-${randomUUID()}`),
    ipc: true,
    limits: { memoryBytes: job.limits.memoryMb * 2 ** 20, wallSeconds },
    lowPriority: false,
  };
  const sample = await SupervisedProcess.start(options, watcher);
  const end = () => void sample.kill();
  signal.addEventListener('abort', end, { once: true });
  try {
    const answer = new Promise<unknown>((resolve) => sample.onMessage(resolve));
    const early = sample.ended.then((how) => {
      signal.throwIfAborted();
      throw endedEarly(job, how);
    });
    early.catch(() => undefined);
    // That it has ended already shows in its end.
    await sample.send(job).catch(() => undefined);
    return sampleResult.parse(await Promise.race([answer, early]));
  } finally {
    signal.removeEventListener('abort', end);
    await sample.kill();
  }
}

function endedEarly({ limits }: SampleJob, end: ProcessEnd): PlatformError {
  const { code, message, hint } = causeOf(end, limits.memoryMb);
  return new PlatformError({ code, message, ...(hint === undefined ? {} : { hint }) });
}

function causeOf({ reason, exitCode, signal, stderrTail, peakResidentBytes }: ProcessEnd, memoryMb: number): Fault {
  if (reason === 'memory') return runOutOfMemory(peakResidentBytes, memoryMb);
  if (reason === 'timeout') return faultOf(sampleTimeout(wallSeconds));
  return runnerCrashed(signal ? `by signal ${signal}` : `with status ${exitCode ?? -1}`, stderrTail.trim());
}
