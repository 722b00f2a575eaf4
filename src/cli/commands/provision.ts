import { Option, type Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function addProvisionCommand(program: Command, context: CommandContext): void {
  program
    .command('provision')
    .description(
      'print what external clusters lack for the tenants, as statements to hand to an administrator (exit status 1 when something is missing); changes nothing',
    )
    .addOption(
      new Option('--service <service>', 'of one cluster only, to be stored as a file').choices(['cassandra', 'kafka']),
    )
    .option('--json', 'a JSON array')
    .action(
      context.action(async ({ service, json }: { service?: string; json?: boolean }) => {
        const folder = await context.platformFolder();
        const { showProvision } = await import('../show-provision.ts');
        return showProvision(context, folder, service, json ?? false);
      }),
    );
}
