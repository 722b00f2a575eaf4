import { join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';
import { runProgram } from './run-program.ts';

/** Makes the .vsix of what is in dist in a folder, and gives its path. */
export async function packageExtension(folder: string): Promise<string> {
  const file = join(folder, 'mysimbdp.vsix');
  await runProgram(process.execPath, [join(packageRoot, '.ci', 'package.mjs'), '--out', file], { cwd: packageRoot });
  return file;
}
