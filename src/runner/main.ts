import { runnerStart } from '../protocol/jobs.ts';
import { BatchRun } from './batch-run.ts';
import { CheckpointFile } from './checkpoint-store.ts';

// The runner: one process, one run. Its job and token come in the first message over IPC; the checkpoint tells how it ended,
// the exit status only whether there is one: 0 for an orderly end (also of a failed run), 70 for a fault of the runner.

process.once('message', (message) => {
  // The run's end does not wait for the parent, nor the parent's end for the run: that is the lease's business.
  setImmediate(() => process.disconnect());
  const start = runnerStart.parse(message);
  const run = new BatchRun(start, new CheckpointFile(start.job.checkpointPath));
  run.execute().then(
    () => {
      // An exit waits for every thread; the checkpoint has said all there is to say.
      if (run.stuck) process.kill(process.pid, 'SIGKILL');
      else process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(70);
    },
  );
});
