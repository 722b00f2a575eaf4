// The jars of an image: fetched by Maven for docker/<image>/pom.xml, and held against docker/<image>/jars.sha256.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './image-run.mjs';

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Native code for other systems, in jars of its own: it is fetched and checked, but no image needs it. */
const foreign = {
  x64: /-(osx|windows)-|-linux-(aarch_64|riscv64)\.jar$/,
  arm64: /-(osx|windows)-|-linux-(x86_64|riscv64)\.jar$/,
};

/** The folder with an image's jars in the cache, and the names of those that this machine's images need. */
export async function jarsOf(folder, cache, say) {
  const list = await readFile(join(folder, 'jars.sha256'), 'utf8');
  const kept = join(cache, `jars-${createHash('sha256').update(list).digest('hex').slice(0, 16)}`);
  if ((await checksums(kept)) !== list) {
    await fetchJars(folder, kept, say, (found) => {
      const wrong = differences(list, found);
      if (wrong.length > 0)
        throw new Error(`What Maven fetched for ${folder} is not what jars.sha256 lists:\n  ${wrong.join('\n  ')}`);
    });
  }
  return { kept, names: (await readdir(kept)).filter((name) => !foreign[process.arch].test(name)) };
}

/** Writes the list anew, for what Maven fetches now. */
export async function updateChecksums(folder, cache, say) {
  const scratch = join(cache, 'jars-new');
  try {
    await fetchJars(folder, scratch, say, (found) => writeFile(join(folder, 'jars.sha256'), found));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchJars(folder, target, say, check) {
  say(`Fetching the jars of ${join(folder, 'pom.xml')} …`);
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(`${target}.unfinished-`);
  try {
    const pom = ['-f', join(folder, 'pom.xml')];
    const what = [`${plugin}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${scratch}`];
    await run('mvn', ['-q', '-B', '-Dstyle.color=never', ...pom, ...what]);
    await check(await checksums(scratch));
    await rm(target, { recursive: true, force: true });
    // Another run may have been faster: then the same files are there.
    await rename(scratch, target).catch((error) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** As sha256sum writes it; nothing for a folder that is not there. */
async function checksums(folder) {
  const names = await readdir(folder).catch(() => []);
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      const hash = createHash('sha256').update(await readFile(join(folder, name)));
      return `${hash.digest('hex')}  ${name}\n`;
    }),
  );
  return lines.join('');
}

function differences(listed, found) {
  const wanted = linesByName(listed);
  const got = linesByName(found);
  return [
    ...[...wanted.keys()].filter((name) => !got.has(name)).map((name) => `${name} is missing`),
    ...[...got.keys()].filter((name) => !wanted.has(name)).map((name) => `${name} is not listed`),
    ...[...got]
      .filter(([name, hash]) => (wanted.get(name) ?? hash) !== hash)
      .map(([name]) => `${name} is another file`),
  ];
}

function linesByName(list) {
  return new Map(
    list
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
}
