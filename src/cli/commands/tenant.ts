import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function addTenantCommand(program: Command, context: CommandContext): void {
  const tenant = program.command('tenant').description('tenants of the platform');
  tenant
    .command('add <tenant>')
    .description('register a tenant; one that is not there yet is made from a template')
    .option('--template <template>', 'what to make it from, such as reviews, csv-generic or python-command')
    .option('--sample <file>', 'a file of the tenant, from which csv-generic proposes columns, types and keys')
    .action(
      context.action(async (name: string, options: { template?: string; sample?: string }) => {
        const folder = await context.platformFolder();
        const { addTenant } = await import('../manage-tenants.ts');
        return addTenant(context, folder, name, options);
      }),
    );
  tenant
    .command('remove <tenant>')
    .description('unregister a tenant; its folder and its data stay')
    .option('--data', 'then delete its rows, archive, quarantine, staging, profile, apps, logs and records')
    .option('--yes', 'do not ask before --data')
    .action(
      context.action(async (name: string, { data, yes }: { data?: boolean; yes?: boolean }) => {
        const folder = await context.platformFolder();
        if (data) {
          const { deleteTenant } = await import('../delete-tenant.ts');
          return deleteTenant(context, folder, name, yes ?? false);
        }
        const { removeTenant } = await import('../manage-tenants.ts');
        return removeTenant(context, folder, name);
      }),
    );
  for (const [command, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    tenant
      .command(`${command} <tenant>`)
      .description(enabled ? 'let the platform ingest for a tenant' : 'keep the platform from ingesting for a tenant')
      .action(
        context.action(async (name: string) => {
          const folder = await context.platformFolder();
          const { enableTenant } = await import('../manage-tenants.ts');
          return enableTenant(context, folder, name, enabled);
        }),
      );
  }
  tenant
    .command('list')
    .description('show the tenants that are present or registered')
    .option('--json', 'a JSON array')
    .action(
      context.action(async ({ json }: { json?: boolean }) => {
        const folder = await context.platformFolder();
        const { listTenants } = await import('../list-tenants.ts');
        return listTenants(context, folder, json ?? false);
      }),
    );
}
