import { parentPort } from 'node:worker_threads';
import { faultOf } from '../../foundation/errors.ts';
import { threadInput } from '../../foundation/thread-call.ts';
import type { InputChunk, OutputChunk } from '../chunks.ts';
import type { AppHostInput, FromAppHost, ToAppHost } from './app-messages.ts';
import { CommandApp } from './command-app.ts';
import { LogThrottle } from './log-throttle.ts';
import { ModuleApp } from './module-app.ts';
import { RowCollector } from './row-collector.ts';

// The thread of a tenant's app: a module runs right here, a command is spoken to from here. Whatever the app does to this
// thread, the runner's main thread goes on reporting and can end it.

const input = threadInput<AppHostInput>();
const port = parentPort;
if (!port) throw new Error('app-host is a worker thread');
const tell = (message: FromAppHost) => port.postMessage(message);

const log = new LogThrottle(
  (text) => tell({ type: 'log', text }),
  (lines) => tell({ type: 'log-dropped', lines }),
);

/** How often it is told that the app answers. Milliseconds. */
const signMs = 200;
let signAt = 0;

/** For each record that the app has answered: one that is slow but steady is not taken for one that hangs. */
function alive(): void {
  const now = performance.now();
  if (now - signAt < signMs) return;
  signAt = now;
  tell({ type: 'alive' });
}

async function startApp(): Promise<ModuleApp | CommandApp> {
  const collector = new RowCollector(input.tableColumns);
  if (input.code.form === 'module') return ModuleApp.load(input.code.entry, input.files, collector);
  return CommandApp.start(input.code.command, input, collector, { log: (text) => log.add(text), answered: alive });
}

async function wrangle(app: ModuleApp | CommandApp, chunk: InputChunk): Promise<void> {
  const began = performance.now();
  const result = await app.wrangle(chunk, alive);
  const milliseconds = performance.now() - began;
  if (input.logInStep) await logIsOnItsWay();
  try {
    input.toWriter.postMessage(result.output);
  } catch {
    // Something in it is no data (a function, a symbol): find the records, keep the others.
    result.rejectWhatIsNoData();
    input.toWriter.postMessage(result.output satisfies OutputChunk);
  }
  tell({
    type: 'wrangled',
    notice: { sequence: chunk.sequence, filtered: result.filtered, rejects: result.rejects, milliseconds },
  });
}

/** What a command has written before its answer is in the pipe by now; what a module has written goes by a port of its own. */
async function logIsOnItsWay(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const written = (stream: NodeJS.WriteStream) =>
    new Promise<void>((resolve) => {
      if (stream.writable) stream.write('', () => resolve());
      else resolve();
    });
  await Promise.all([written(process.stdout), written(process.stderr)]);
}

let work: Promise<void> = startApp().then((app) => {
  tell({ type: 'ready' });
  port.on('message', (message: ToAppHost) => {
    work = work
      .then(async () => {
        if (message.type === 'chunk') return wrangle(app, message.chunk);
        if (app instanceof CommandApp) await app.finish();
        log.release();
        tell({ type: 'finished', changed: app.changed });
      })
      .catch(fail);
  });
}, fail);

function fail(error: unknown): void {
  log.release();
  tell({ type: 'failed', fault: faultOf(error, 'APP_FAILED') });
}
