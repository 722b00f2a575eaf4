#!/usr/bin/env node
import { runCli } from './program.ts';
import { exitStatusOf, interrupted } from './errors.ts';
import { watchOutput } from './terminal/lost-output.ts';
import { processTerminal } from './terminal/terminal.ts';

// The first Ctrl-C asks everything to end in order (commands that take long over it say so), the second ends at once.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(interrupted());
  });
}

const terminal = processTerminal();
// So does output that nobody gets: a reader that has seen enough (`mysimbdp logs | head`), a full disk.
watchOutput(terminal, (lost) => {
  interruption.abort(lost);
  // It may be the last write of a command that has told its status already.
  process.on('exit', () => (process.exitCode = exitStatusOf(lost)));
});

process.exitCode = await runCli(process.argv.slice(2), {
  terminal,
  signal: interruption.signal,
  workingFolder: process.cwd(),
});
// What the command has opened is closed by now; nothing that was forgotten may keep the shell waiting.
setTimeout(() => process.exit(), 3_000).unref();
