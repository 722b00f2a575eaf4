// The licences of what is shipped: packages whose code is in the bundles, and those that are shipped beside them.
import { readdir, readFile, writeFile } from 'node:fs/promises';

const beside = ['@photostructure/sqlite', 'node-gyp-build'];
/** Licences that allow what is done here: shipping the code, unchanged or bundled, under the MIT licence of the whole. */
const allowed = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
]);

/**
 * Writes the notices for the inputs of esbuild's metafiles; fails when a licence is not among those that are allowed.
 * @param {string} root @param {import('esbuild').Metafile[]} metafiles
 */
export async function writeNotices(root, metafiles) {
  const folders = new Set(beside.map((name) => `node_modules/${name}`));
  for (const { inputs } of metafiles) {
    for (const path of Object.keys(inputs)) {
      const folder = /.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
      if (folder) folders.add(folder);
    }
  }
  const notices = await Promise.all([...folders].sort().map((folder) => notice(`${root}${folder}`)));
  await writeFile(
    `${root}dist/THIRD-PARTY-NOTICES.txt`,
    `Software that mysimbdp is shipped with\n\n${notices.join('\n')}`,
  );
}

async function notice(folder) {
  const {
    name,
    version,
    licenses,
    license = licenses?.[0]?.type,
  } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  if (!allowed.has(license)) throw new Error(`${name} has the licence ${license}: may it be shipped?`);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(`${folder}/${file}`, 'utf8') : `Licence: ${license}\n`;
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${text.trim()}\n`;
}
