// Runs the suites of the extension host in the desktop's VS Code, which is downloaded. Run with: npm run test:electron
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const options = [
  '--no-config',
  '--no-package',
  '--node-option',
  'import=tsx',
  '--extension',
  'ts',
  '--reporter',
  'spec',
];
const { status } = spawnSync(
  process.execPath,
  [mocha, ...options, ...process.argv.slice(2), 'test/workbench/in-extension-host.test.ts'],
  { stdio: 'inherit', env: { ...process.env, MYSIMBDP_EDITOR: 'electron' } },
);
process.exit(status ?? 1);
