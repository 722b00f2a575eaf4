import { Option, type Command } from 'commander';
import type { RuntimeSettings } from '../../runtimes/runtime-settings.ts';
import type { CommandContext } from '../command-context.ts';
import { endingInOrder, exitStatus } from '../errors.ts';
import { counted } from '../terminal/figures.ts';
import { notesOfServices } from '../terminal/service-progress.ts';
import { printable } from '../terminal/text.ts';

export function addUpCommand(program: Command, context: CommandContext): void {
  const { terminal, signal } = context;
  program
    .command('up')
    .description('start the platform; it stays in the foreground until Ctrl-C')
    .addOption(
      new Option('--runtime <kind>', 'where Cassandra and Kafka come from (default: as mysimbdp.yaml says)').choices([
        'auto',
        'embedded',
        'docker',
        'external',
      ]),
    )
    .option('--detach', 'start it in the background and return when it answers')
    .action(
      context.action(async ({ detach, runtime }: { detach?: boolean; runtime?: RuntimeSettings['kind'] }) => {
        const folder = await context.platformFolder();
        const { runningPlatform } = await import('../platform-access.ts');
        const running = await runningPlatform(folder);
        if (running) {
          const { url, pid } = running.location;
          terminal.print(`The platform is up already: ${url}, process ${pid}.`);
          return exitStatus.done;
        }
        if (detach) {
          const { startDetached } = await import('../start-detached.ts');
          const { url, pid } = await startDetached(folder, runtime === undefined ? [] : ['--runtime', runtime], signal);
          terminal.print(`The platform is up: ${url}, process ${pid}. End it with "mysimbdp down".`);
          return exitStatus.done;
        }

        const { startPlatform } = await import('../../platform/start-platform.ts');
        const platform = await startPlatform(folder, {
          signal,
          ...(runtime === undefined ? {} : { runtime }),
          onServiceProgress: notesOfServices(terminal),
          log: (level, message) => terminal.note(`${level.padEnd(5)} ${printable(message)}`),
        });
        const ending = () => {
          terminal.note(endingInOrder);
          void platform.stop();
        };
        signal.addEventListener('abort', ending, { once: true });
        if (signal.aborted) ending();
        const { tenants } = await platform.controlPlane.status();
        const ready = tenants.filter(({ registered, enabled, problem }) => registered && enabled && problem === null);
        terminal.print(
          `The platform is up: ${platform.url}, ${counted(ready.length, 'tenant')} ready. Ctrl-C ends it.`,
        );
        await platform.stopped;
        signal.removeEventListener('abort', ending);
        terminal.print('The platform is down.');
        return exitStatus.done;
      }),
    );
}
