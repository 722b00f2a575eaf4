import { sampleJob } from '../../protocol/samples.ts';
import { SampleRun } from './sample-run.ts';

// The program `sample-run`: its job comes in the first message over IPC, its result goes back the same way as one JSON document.
// It has nothing else to do then; whoever started it ends it.

process.once('message', (message) => {
  const run = new SampleRun(sampleJob.parse(message));
  // An exit waits for every thread, also for one that waits in a call of the system.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  void run.execute().then((result) => process.send?.(result));
});
