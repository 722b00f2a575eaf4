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

/** The page of the extension, made of README.md; relative to the folder of the project. */
const readme = 'dist/readme.md';

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
  await writeFile(join(root, readme), await packagedReadme(await readFile(`${root}README.md`, 'utf8')));
  await vsce.createVSIX({
    cwd: root,
    packagePath: file,
    ignoreFile,
    readmePath: readme,
    // There is no address of a repository to put before links.
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

/**
 * README.md as the editor shows it: what is for who works on mysimbdp stands last, pictures are in the text, and what leads to files
 * of the project is only named. The editor looks for files of a page nowhere but at the address of a repository.
 */
async function packagedReadme(text) {
  const start = /\n(```sh\nnpm run demo[^]*?)(?=\n## )/;
  const [, commands] = start.exec(text) ?? [];
  if (commands === undefined || !text.includes('\n## Develop\n'))
    throw new Error('README.md has not the parts that it had');
  const page = text
    .replace(start, '')
    .replace('\n## Develop\n', () => `\n## Develop\n\n${commands.trim()}\n`)
    .replace(/(?<!!)\[([^\]]+)\]\((?!https?:|#)[^)]+\)/g, '$1');
  let shown = '';
  let end = 0;
  for (const picture of page.matchAll(/(!\[[^\]]*\]\()(media\/[\w/-]+\.png)\)/g)) {
    const data = await readFile(join(root, picture[2]), 'base64');
    shown += `${page.slice(end, picture.index)}${picture[1]}data:image/png;base64,${data})`;
    end = picture.index + picture[0].length;
  }
  return shown + page.slice(end);
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
