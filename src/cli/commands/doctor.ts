import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('check this machine and the platform folder, with a fix for what is wrong (exit status 1 on failures)')
    .option('--json', 'a JSON array')
    .action(
      context.action(async ({ json }: { json?: boolean }) => {
        const { runDoctor } = await import('../doctor/run-doctor.ts');
        const folder = await context.platformFolder().catch((error: unknown) => error as Error);
        return runDoctor(context.terminal, folder, json ?? false);
      }),
    );
}
