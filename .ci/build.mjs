// Bundles: the extension (CommonJS, as the editor loads it), the monitoring panel (for a browser), and the programs of the
// platform (ES modules that share chunks). Run with: node .ci/build.mjs [extension] [webview] [program…]
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { writeNotices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Every thread of every run parses its program. The maps lie beside the bundles, for `node --enable-source-maps`.
  minify: true,
  sourcemap: true,
  logLevel: 'warning',
  metafile: true,
  legalComments: 'none',
  // A native addon finds its prebuilt binary beside its own package.
  external: ['vscode', '@photostructure/sqlite'],
};

/** Every program that runs as a file of its own: an entry below `src`, and its name in `dist`. */
const programs = {
  cli: 'src/cli/main.ts',
  runner: 'src/runner/main.ts',
  'app-host': 'src/runner/app/app-host.ts',
  'module-hooks': 'src/runner/app/module-hooks.ts',
  'sample-run': 'src/runner/sample/run-main.ts',
  'sample-debug': 'src/runner/sample/debug-main.ts',
  writer: 'src/runner/write/writer-thread.ts',
  'metadata-worker': 'src/records/metadata-worker.ts',
  'hash-worker': 'src/batch/hash-worker.ts',
  'profile-thread': 'src/tenants/profile-thread.ts',
  'coredms-reader': 'src/coredms/reader-thread.ts',
  sdk: 'src/sdk/index.ts',
};

/** What is built for itself, beside the programs. */
const parts = { extension: buildExtension, webview: buildWebview };

/** Builds everything, or only the named parts and programs (the others stay as they are). */
export async function build(only = []) {
  const unknown = only.filter((name) => !(name in parts || name in programs));
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}`);
  if (only.length > 0) {
    const named = only.filter((name) => name in programs);
    await Promise.all([
      ...only.filter((name) => name in parts).map((name) => parts[name]()),
      ...(named.length > 0 ? [buildPrograms(Object.fromEntries(named.map((name) => [name, programs[name]])))] : []),
    ]);
    return;
  }
  await rm(`${root}dist`, { recursive: true, force: true });
  const results = await Promise.all([buildPrograms(programs), buildExtension(), buildWebview(), writeSdkTypes()]);
  await writeNotices(
    root,
    results.flatMap((result) => result?.metafile ?? []),
  );
}

function buildExtension() {
  return esbuild.build({
    ...common,
    entryPoints: { extension: 'src/extension/extension.ts' },
    outdir: 'dist',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}

function buildWebview() {
  return esbuild.build({
    ...common,
    // A list, since both are called `monitor`: monitor.js and monitor.css.
    entryPoints: [
      { in: 'webview/main.ts', out: 'monitor' },
      { in: 'webview/styles/monitor.css', out: 'monitor' },
    ],
    outdir: 'dist/webview',
    platform: 'browser',
    format: 'esm',
    // The browser in the oldest editor that package.json allows.
    target: 'chrome132',
    external: [],
  });
}

function buildPrograms(entryPoints) {
  return esbuild.build({
    ...common,
    entryPoints,
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
}

/** The SDK's types, as an editor and a tenant's type checker read them. */
async function writeSdkTypes() {
  const { default: ts } = await import('typescript');
  const source = `${root}src/sdk/index.ts`;
  const { outputText, diagnostics } = ts.transpileDeclaration(await ts.sys.readFile(source), {
    fileName: source,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, isolatedDeclarations: true },
  });
  if (diagnostics?.length)
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (f) => f,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    );
  await (await import('node:fs/promises')).mkdir(`${root}dist`, { recursive: true });
  await writeFile(`${root}dist/sdk.d.ts`, outputText);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(process.argv.slice(2));
