import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function addProfileCommand(program: Command, context: CommandContext): void {
  const profile = program.command('profile').description('tenant service profiles');
  profile
    .command('check [tenant]')
    .description('check mysimbdp.yaml and the profiles of all tenants, or of one (exit status 2 on errors)')
    .option('--json', 'a JSON array of diagnostics')
    .action(
      context.action(async (tenant: string | undefined, { json }: { json?: boolean }) => {
        const folder = await context.platformFolder();
        const { checkProfiles } = await import('../check-profiles.ts');
        return checkProfiles(context, folder, tenant, json ?? false);
      }),
    );
}
