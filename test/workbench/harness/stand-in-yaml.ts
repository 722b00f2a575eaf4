import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Vsce from '@vscode/vsce';

// Its default export is there or not, by whatever loads it; `require` always gives the same.
const { createVSIX } = createRequire(import.meta.url)('@vscode/vsce') as typeof Vsce;

/**
 * A .vsix that stands for the YAML extension of Red Hat in `folder`: its name and settings, and nothing that it does. Enough to see
 * what mysimbdp leaves to it.
 */
export async function standInYaml(folder: string): Promise<string> {
  const source = join(folder, 'vscode-yaml');
  await mkdir(source, { recursive: true });
  const setting = { type: 'boolean', default: true };
  const manifest = {
    name: 'vscode-yaml',
    publisher: 'redhat',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    contributes: {
      configuration: { properties: { 'yaml.validate': setting, 'yaml.completion': setting, 'yaml.hover': setting } },
    },
  };
  await writeFile(join(source, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(source, 'README.md'), 'Stands for another extension in tests.\n');
  const packagePath = join(folder, 'vscode-yaml.vsix');
  await createVSIX({
    cwd: source,
    packagePath,
    allowMissingRepository: true,
    skipLicense: true,
    dependencies: false,
  });
  return packagePath;
}
