// Makes the .vsix out of what is built, and prints what it is made of. Run with: npm run package [-- --target linux-x64]
//   --target T   only with the native addon of one platform (five times smaller); without: one package for all of them
//   --out FILE   default: mysimbdp-<version>[-<target>].vsix in the folder of the project
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import vsce from '@vscode/vsce';
import yauzl from 'yauzl';

/** Targets of VS Code, and the prebuilt addon that each needs. */
const addons = {
  'linux-x64': 'linux-x64/*.glibc.node',
  'linux-arm64': 'linux-arm64/*.glibc.node',
  'alpine-x64': 'linux-x64/*.musl.node',
  'alpine-arm64': 'linux-arm64/*.musl.node',
  'darwin-x64': 'darwin-x64/*.node',
  'darwin-arm64': 'darwin-arm64/*.node',
  'win32-x64': 'win32-x64/*.node',
  'win32-arm64': 'win32-arm64/*.node',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const { target, out } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } }).values;
if (target !== undefined && !(target in addons)) {
  console.error(`There is no target ${target}; there are ${Object.keys(addons).join(', ')}.`);
  process.exit(2);
}
const { name, version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
const file = out ?? join(root, `${[name, version, target].filter(Boolean).join('-')}.vsix`);

const scratch = await mkdtemp(join(tmpdir(), 'mysimbdp-package-'));
try {
  const ignoreFile = join(scratch, 'vscodeignore');
  await writeFile(ignoreFile, onlyFor(target, await readFile(`${root}.vscodeignore`, 'utf8')));
  await vsce.createVSIX({
    cwd: root,
    packagePath: file,
    ignoreFile,
    // Links in README.md lead to docs/, which is not shipped; there is no address of a repository to put before them.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
    ...(target === undefined ? {} : { target }),
  });
} finally {
  await rm(scratch, { recursive: true, force: true });
}
await printParts(file);

/** The list of files, with the addon of one target instead of all. */
function onlyFor(wanted, ignore) {
  if (wanted === undefined) return ignore;
  const pattern = /^(!.*\/prebuilds\/).*$/m;
  if (!pattern.test(ignore)) throw new Error('.vscodeignore has no line with the prebuilt addons');
  return ignore.replace(pattern, (_, folder) => folder + addons[wanted]);
}

/** One line a part: packed and unpacked size, number of files. */
async function printParts(vsix) {
  const parts = new Map();
  const total = { files: 0, packed: 0, unpacked: 0 };
  for await (const entry of (await yauzl.openPromise(vsix)).eachEntry()) {
    const key = partOf(entry.fileName);
    const part = parts.get(key) ?? { files: 0, packed: 0, unpacked: 0 };
    parts.set(key, part);
    for (const sum of [part, total]) {
      sum.files += 1;
      sum.packed += entry.compressedSize;
      sum.unpacked += entry.uncompressedSize;
    }
  }
  console.log(`${'packed'.padStart(10)} ${'unpacked'.padStart(10)} ${'files'.padStart(6)}`);
  const lines = [...parts].sort(([, a], [, b]) => b.packed - a.packed);
  for (const [part, { files, packed, unpacked }] of [...lines, ['in all', total]])
    console.log(`${kib(packed)} ${kib(unpacked)} ${files.toString().padStart(6)}  ${part}`);
}

function partOf(path) {
  const inside = path.replace(/^extension\//, '');
  const addon = /prebuilds\/([^/]+)\//.exec(inside)?.[1];
  if (addon) return `native addon, ${addon}`;
  if (inside === 'dist/extension.cjs') return 'extension';
  if (inside.startsWith('dist/vendored/')) return `client, ${inside.slice('dist/vendored/'.length, -'.cjs'.length)}`;
  if (/^dist\/.*\.js$/.test(inside)) return 'programs of the platform';
  if (/^(media|templates|node_modules)\//.test(inside)) return inside.slice(0, inside.indexOf('/'));
  return 'manifest, texts, notices';
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(0)} KiB`.padStart(10);
}
