import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command-context.ts';

export function addQueryCommand(program: Command, context: CommandContext): void {
  program
    .command('query <tenant> <table>')
    .description("show rows of a tenant's table in CoreDms")
    .option('--count', 'only how many there are')
    .option('--limit <n>', 'rows at most', wholeNumber(1, 100_000), 20)
    .option('--json', 'JSON: an array of rows, or {"count": n}')
    .action(
      context.action(
        async (tenant: string, table: string, options: { count?: boolean; limit: number; json?: boolean }) => {
          const folder = await context.platformFolder();
          const { queryTable } = await import('../query-table.ts');
          return queryTable(context.terminal, folder, tenant, table, options);
        },
      ),
    );
}
