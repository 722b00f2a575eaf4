import { readFile } from 'node:fs/promises';
import { sampleJob } from '../../protocol/samples.ts';
import { messageOf } from '../../foundation/errors.ts';
import { debugSample } from './debug-sample.ts';

// The program `sample-debug`: node sample-debug.js <file with a SampleJob>. The debugger is told by its owner to pass over this.

const [, , path = ''] = process.argv;
const job = sampleJob.parse(JSON.parse(await readFile(path, 'utf8')));
// As in a run, nothing of the environment reaches the tenant's module.
for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);

try {
  await debugSample(job);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
