import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitStatus } from '../errors.ts';

export function addStatusCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('status')
    .description('show the platform, its tenants and what runs now (exit status 3 when it is not up)')
    .option('--json', 'one JSON object')
    .action(
      context.action(async ({ json }: { json?: boolean }) => {
        const folder = await context.platformFolder();
        const { runningPlatform } = await import('../platform-access.ts');
        const running = await runningPlatform(folder);
        if (!running) {
          if (json) terminal.print(JSON.stringify({ running: false, folder: folder.root }));
          else terminal.print(`No platform is running in ${folder.root}. Start it with "mysimbdp up".`);
          return exitStatus.unreachable;
        }
        const status = await running.client.status(context.signal);
        // A server that is being mended now does not keep the rest from being shown.
        const usage =
          status.services.length > 0 ? await running.client.serviceUsage(context.signal).catch(() => []) : [];
        if (json) {
          terminal.print(JSON.stringify({ running: true, url: running.location.url, ...status, usage }));
          return exitStatus.done;
        }
        const { statusLines } = await import('../status-lines.ts');
        terminal.print(...statusLines(status, running.location.url, terminal, Date.now(), usage));
        return exitStatus.done;
      }),
    );
}
