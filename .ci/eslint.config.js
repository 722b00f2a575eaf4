import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

// The house from top to bottom: a folder may import itself and what stands below it (docs/architecture.md).
const layers = [
  'extension',
  'cli',
  'platform',
  'api',
  'batch',
  'tenants',
  'records',
  'runner',
  'coredms',
  'runtimes',
  'processes',
  'protocol',
  'sdk',
  'foundation',
];
const downwards = layers.slice(1).map((layer, index) => ({
  target: `./src/${layer}`,
  from: layers.slice(0, index + 1).map((upper) => `./src/${upper}`),
  message: `Imports point downwards: ${layers.join(' → ')}.`,
}));

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'demo-platform/', '**/.mysimbdp/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true, boolean: true } }],
      // Parallel arrays in hot loops: `as T` says that the index is in range, and `!` stays forbidden.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      'import-x/no-cycle': ['error', { maxDepth: 8 }],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname + '/..',
          zones: [
            ...downwards,
            {
              target: './src/runner',
              from: ['./src/records', './src/tenants', './src/batch', './src/api'],
              message: 'The runner knows nothing of the control plane.',
            },
            {
              target: './src/!(runtimes|cli)/**/*',
              from: ['./src/runtimes/docker', './src/runtimes/external'],
              message: 'What is above the runtimes goes through runtimes/start-services.ts.',
            },
            {
              target: ['./src/!(coredms)/**/*', './src/coredms/core-dms.ts'],
              from: './src/coredms/embedded',
              message: 'Only coredms/connect.ts chooses an implementation of the port.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/extension/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only src/extension knows the editor.' }] },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports in src have names.' },
        {
          selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
          message: "Write `import * as z from 'zod'`: the named export brings all of zod into every program (750 KB).",
        },
      ],
    },
  },
  {
    files: ['webview/**/*.ts'],
    ignores: ['webview/controls.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@vscode/webview-ui-toolkit', message: 'Only webview/controls.ts knows the toolkit.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['it', 'describe'] }],
    },
  },
);
