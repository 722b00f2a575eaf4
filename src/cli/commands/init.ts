import { rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitStatus } from '../errors.ts';

export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init [dir]')
    .description('make a platform folder (default: the current folder; with --demo: demo-platform)')
    .option('--demo', 'with three tenants and their files, then ingest them and show what became of them')
    .option(
      '--force',
      'also where there is one: mysimbdp.yaml is written anew, the old one kept beside it; a demo is made anew',
    )
    .action(
      context.action(async (dir: string | undefined, { demo, force }: { demo?: boolean; force?: boolean }) => {
        const root = resolve(context.workingFolder, dir ?? (demo ? 'demo-platform' : '.'));
        if (demo) {
          const { runDemo } = await import('../run-demo.ts');
          return runDemo(context, root, force ?? false);
        }
        const [{ createPlatformFolder }, { nearestName }] = await Promise.all([
          import('../../tenants/scaffold.ts'),
          import('../../tenants/schema-diagnostics.ts'),
        ]);
        const file = join(root, 'mysimbdp.yaml');
        if (force) await rename(file, `${file}.old`).catch(() => undefined);
        const folder = await createPlatformFolder(root, nearestName(basename(root)) ?? 'platform');
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
