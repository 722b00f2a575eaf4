// Bundles: the file that the editor loads (CommonJS), the monitoring panel (for a browser), the programs of the platform with the
// extension among them (ES modules that share chunks), and the clients of services. Run with: node .ci/build.mjs [part…] [program…]
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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
  extension: 'src/extension/extension.ts',
};

/**
 * Clients of the services: large, needed seldom, by the extension and by programs. Each is one file that both load with its
 * first use, so that the extension's own file, which the editor reads at every start, stays small.
 */
const vendored = ['dockerode', 'cassandra-driver', 'kafkajs'];

/** What is built for itself, beside the programs. */
const parts = { 'extension-entry': buildExtension, webview: buildWebview, vendored: buildVendored };

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
  const results = await Promise.all([
    buildPrograms(programs),
    buildExtension(),
    buildWebview(),
    buildVendored(),
    writeSdkTypes(),
  ]);
  await writeNotices(
    root,
    results.flatMap((result) => result?.metafile ?? []),
  );
}

/** Only the file that the editor loads; the extension itself is one of the programs. */
function buildExtension() {
  return esbuild.build({
    ...common,
    entryPoints: { extension: 'src/extension/entry.ts' },
    outdir: 'dist',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', './extension.ts'],
    plugins: [
      {
        name: 'extension-as-program',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/extension\.ts$/ }, () => ({ path: './extension.js', external: true })),
      },
    ],
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

function buildVendored() {
  return esbuild.build({
    ...common,
    entryPoints: vendored.map((name) => ({ in: name, out: name })),
    outdir: 'dist/vendored',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    sourcemap: false,
    // Faster ciphers of ssh2, which it does without where they are not compiled.
    external: ['cpu-features', '*.node'],
    plugins: [withoutBuilds],
  });
}

/**
 * Gives modules the editor's API where src/extension/entry.ts has put it. As a module with the names that are used of it: of a
 * CommonJS one each importing file would copy all of its hundreds of names when it is loaded.
 */
const vscodeForModules = {
  name: 'vscode-for-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ path }) => ({ path, namespace: 'editor' }));
    onLoad({ filter: /./, namespace: 'editor' }, async () => {
      const names = await namesOfVscode();
      const exported = names.map((name) => `export const ${name} = api.${name};`);
      return { contents: [`const api = globalThis[Symbol.for('mysimbdp.vscode')];`, ...exported].join('\n') };
    });
  },
};

/** What the extension's sources name of the editor's API; its types among it are undefined. */
async function namesOfVscode() {
  const folder = `${root}src/extension`;
  const sources = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.ts'));
  const names = new Set();
  for (const path of sources) {
    const text = await readFile(`${folder}/${path}`, 'utf8');
    for (const [, name] of text.matchAll(/\bvscode\.([A-Za-z]\w*)/g)) names.add(name);
    for (const [, taken] of text.matchAll(/\bconst \{([^}]*)\} = vscode;/g))
      for (const name of taken.split(',')) names.add(name.split(':')[0].trim());
  }
  names.delete('');
  return [...names].sort();
}

/** What dockerode has for builds by BuildKit, half of its size, and is not used here. */
const withoutBuilds = {
  name: 'without-builds',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/session$/ }, ({ path, importer }) =>
      /node_modules.dockerode.lib/.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = undefined;' }));
  },
};

/** Has bundles load a vendored module from its file. */
const fromVendored = {
  name: 'from-vendored',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${vendored.join('|')})$`);
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'vendored' }));
    // As a module whose names are known here: of a CommonJS module, `import()` of a split bundle gives the default alone.
    onLoad({ filter, namespace: 'vendored' }, ({ path }) => ({
      contents: `
        import { createRequire } from 'node:module';
        import { packageRoot } from './src/foundation/programs.ts';
        const vendored = createRequire(packageRoot + '/package.json')('./dist/vendored/${path}.cjs');
        export default vendored;
        export const { ${Object.keys(createRequire(import.meta.url)(path))
          .filter((name) => /^[a-z]\w*$/i.test(name) && name !== 'default')
          .join(', ')} } = vendored;`,
      resolveDir: root,
    }));
  },
};

function buildPrograms(entryPoints) {
  return esbuild.build({
    ...common,
    entryPoints,
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [fromVendored, vscodeForModules],
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
