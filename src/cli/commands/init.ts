import { rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { RuntimeSettings } from '../../runtimes/runtime-settings.ts';
import type { CommandContext } from '../command-context.ts';
import { exitStatus } from '../errors.ts';

interface InitOptions {
  demo?: boolean;
  force?: boolean;
  runtime?: RuntimeSettings['kind'];
}

export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init [dir]')
    .description('make a platform folder (default: the current folder; with --demo: demo-platform)')
    .option('--demo', 'with three tenants and their files, then ingest them and show what became of them')
    .addOption(
      new Option(
        '--runtime <kind>',
        'where its Cassandra and Kafka come from (default: embedded, there are none)',
      ).choices(['auto', 'embedded', 'docker']),
    )
    .option(
      '--force',
      'also where there is one: mysimbdp.yaml is written anew, the old one kept beside it; a demo is made anew',
    )
    .action(
      context.action(async (dir: string | undefined, { demo, force, runtime }: InitOptions) => {
        const root = resolve(context.workingFolder, dir ?? (demo ? 'demo-platform' : '.'));
        if (demo) {
          const { runDemo } = await import('../run-demo.ts');
          return runDemo(context, root, { force: force ?? false, runtime });
        }
        const [{ createPlatformFolder }, { setRuntimeKind }, { nearestName }] = await Promise.all([
          import('../../tenants/scaffold.ts'),
          import('../../tenants/runtime-choice.ts'),
          import('../../tenants/schema-diagnostics.ts'),
        ]);
        const file = join(root, 'mysimbdp.yaml');
        if (force) await rename(file, `${file}.old`).catch(() => undefined);
        const folder = await createPlatformFolder(root, nearestName(basename(root)) ?? 'platform');
        if (runtime !== undefined) await setRuntimeKind(folder, runtime);
        const at = root === context.workingFolder ? '' : ` --platform ${dir ?? root}`;
        context.terminal.print(
          `Made a platform folder: ${folder.root}`,
          '',
          'Next:',
          `  mysimbdp${at} tenant add <tenant> --template reviews   (or --sample FILE)`,
          `  mysimbdp${at} up`,
        );
        return exitStatus.done;
      }),
    );
}
