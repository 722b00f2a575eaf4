#!/usr/bin/env node
import { runCli } from './program.ts';
import { interrupted } from './errors.ts';
import { processTerminal } from './terminal/terminal.ts';

// The first Ctrl-C asks everything to end in order (commands that take long over it say so), the second ends at once.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(interrupted());
  });
}

// A reader that has seen enough (`mysimbdp logs | head`) closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  signal: interruption.signal,
  workingFolder: process.cwd(),
});
// What the command has opened is closed by now; nothing that was forgotten may keep the shell waiting.
setTimeout(() => process.exit(), 3_000).unref();
