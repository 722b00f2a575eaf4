// Loaded into a program before it begins (node --import): a thread of its own plays the debugger. It sets a breakpoint, tells on
// stderr where the program stops, and lets it go on. MYSIMBDP_BREAKPOINT: {"url", "line" (from 0), "expression"}.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const debuggerThread = new Worker(new URL(import.meta.url), {
    workerData: process.env.MYSIMBDP_BREAKPOINT,
    execArgv: [],
  });
  await once(debuggerThread, 'message');
  debuggerThread.unref();
} else if (typeof workerData === 'string') {
  const { writeSync } = await import('node:fs');
  const { Session } = await import('node:inspector/promises');
  const { url, line, expression } = JSON.parse(workerData);
  const tell = (what) => writeSync(2, `${JSON.stringify(what)}\n`);
  // What comes from the other thread does not keep this one alive; it ends with the program.
  setInterval(() => undefined, 1000);
  const scripts = new Map();
  const session = new Session();
  session.connectToMainThread();
  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, params.url);
    if (params.url === url) tell({ script: params.url, sourceMap: params.sourceMapURL });
  });
  session.on('Debugger.paused', async ({ params: { callFrames } }) => {
    const [{ callFrameId, location, functionName }] = callFrames;
    const at = scripts.get(location.scriptId);
    const { result } = await session.post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression,
      returnByValue: true,
    });
    tell({ paused: at, line: location.lineNumber, functionName, value: result.value });
    await session.post('Debugger.resume');
  });
  await session.post('Debugger.enable');
  await session.post('Debugger.setBreakpointByUrl', { url, lineNumber: line });
  parentPort.postMessage('ready');
}
