import { packageRoot } from '../../../src/foundation/programs.ts';
import { runProgram } from '../../workbench/harness/run-program.ts';
import { join } from 'node:path';
import { say } from '../bench-platform.ts';

/** What the .vsix is made of: for all platforms, and for one. */
export async function benchPackageSize(folder: string): Promise<void> {
  for (const [name, options] of [
    ['for all platforms', []],
    ['for linux-x64', ['--target', 'linux-x64']],
  ] as const) {
    const script = join(packageRoot, '.ci', 'package.mjs');
    const out = join(folder, `${options.length}.vsix`);
    const output = await runProgram(process.execPath, [script, ...options, '--out', out], { cwd: packageRoot });
    say(`package ${name}:\n${output.slice(output.indexOf('packed') - 4).trimEnd()}`);
  }
}
