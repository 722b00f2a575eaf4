import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { packageRoot } from '../foundation/programs.ts';
import { platformFolderOf, type CliEnvironment, type CommandContext } from './command-context.ts';
import { addBatchCommand } from './commands/batch.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDownCommand } from './commands/down.ts';
import { addInitCommand } from './commands/init.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addProfileCommand } from './commands/profile.ts';
import { addProvisionCommand } from './commands/provision.ts';
import { addQueryCommand } from './commands/query.ts';
import { addStatsCommand } from './commands/stats.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTenantCommand } from './commands/tenant.ts';
import { addUpCommand } from './commands/up.ts';
import { exitStatus, exitStatusOf, reportError } from './errors.ts';

const commands = [
  addInitCommand,
  addUpCommand,
  addDownCommand,
  addStatusCommand,
  addTenantCommand,
  addProfileCommand,
  addBatchCommand,
  addLogsCommand,
  addStatsCommand,
  addQueryCommand,
  addProvisionCommand,
  addDoctorCommand,
];

const footer = `
Exit status: 0 done; 1 finished with failures (a file was refused or failed); 2 wrong use or configuration;
3 a service could not be reached; 130 ended by Ctrl-C; 141 ended by a reader that closed the output.`;

/** Runs the command that `args` (without the program's own name) say; resolves with the exit status, never rejects. */
export async function runCli(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { terminal } = environment;
  let status: number = exitStatus.done;
  const program = new Command('mysimbdp')
    .description('A multi-tenant data ingestion platform')
    .version(version())
    .option('--platform <dir>', 'the platform folder (default: the current folder or the nearest above it)')
    .addHelpText('after', footer)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });
  const context: CommandContext = {
    ...environment,
    platformFolder: () => platformFolderOf(environment.workingFolder, program.opts<{ platform?: string }>().platform),
    action:
      (work) =>
      async (...input) => {
        status = await work(...input);
      },
  };
  for (const add of commands) add(program, context);

  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has told its own errors already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
    // That the output is lost was told when it was noticed.
    const isLostOutput = error === environment.signal.reason && exitStatusOf(error) !== exitStatus.interrupted;
    if (!isLostOutput) reportError(terminal, error);
    return exitStatusOf(error);
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
