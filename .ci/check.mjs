// Types, lint, format, unused code: all are run, all failures shown, one exit status.
import { spawnSync } from 'node:child_process';

const checks = [
  ['types', 'tsc', []],
  ['types of the panel', 'tsc', ['-p', 'webview']],
  [
    'lint',
    'eslint',
    ['--config', '.ci/eslint.config.js', '--max-warnings', '0', 'src', 'webview', 'test', 'templates'],
  ],
  [
    'format',
    'prettier',
    ['--check', '--log-level', 'warn', 'src', 'webview', 'test', 'templates', '.ci', 'package.json', 'tsconfig.json'],
  ],
  ['unused code', 'knip', []],
];
let failed = 0;
for (const [name, command, args] of checks) {
  const started = Date.now();
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  process.stdout.write(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
  if (status !== 0) failed++;
}
process.exit(failed ? 1 : 0);
