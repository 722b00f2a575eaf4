// Builds the images of docker/ without an image registry: Cassandra, Kafka, and the runner. Run with: npm run images [-- …]
//   --only NAME          cassandra, kafka or runner; can be given again
//   --cassandra, --kafka, --runner TAG   other names than cassandra:5.0, apache/kafka:4.1.0 and mysimbdp/runner:<version>
//   --force              also replaces an image of that name that was not built here
//   --update-checksums   builds nothing: lists the jars of docker/*/pom.xml anew in jars.sha256
// What is up to date is left as it is. Jars are kept in the user's cache folder. The runner's image holds what was built last.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jarsOf, updateChecksums } from './image-jars.mjs';
import { copyBase, copyJava, copyNode, copyPython, findPrograms, fingerprint } from './image-machine.mjs';
import { run } from './image-run.mjs';

const label = 'mysimbdp.content';
const root = fileURLToPath(new URL('..', import.meta.url));
const docker = join(root, 'docker');
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mysimbdp', 'images');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const names = ['cassandra', 'kafka', 'runner'];
const options = readOptions();

/**
 * Each image: its tag, the image it stands on, the programs its build needs, the files of this machine that it changes with, files of
 * the project beside docker/<name>, and how the rest of its build context is filled.
 */
const images = {
  base: {
    tag: 'mysimbdp/base:local',
    needs: ['bash', 'busybox', 'ldd'],
    machine: ({ bash, busybox, ldd }) => [bash, busybox, ldd],
    fill: (context, found) => copyBase(found, join(context, 'rootfs')),
  },
  jre: {
    tag: 'mysimbdp/jre:local',
    on: 'base',
    needs: ['jdk'],
    machine: ({ jdk }) => [join(jdk, 'release')],
    async fill(context, found) {
      const lines = (await readFile(join(docker, 'jre', 'modules.txt'), 'utf8')).split('\n');
      const modules = lines.filter((line) => /^[a-z]/.test(line));
      await copyJava(found, modules, join(context, 'rootfs'));
    },
  },
  cassandra: {
    tag: options.cassandra ?? 'cassandra:5.0',
    on: 'jre',
    needs: ['mvn', 'python'],
    machine: ({ python }) => [python.program],
    async fill(context, found) {
      await linkJars('cassandra', context);
      await copyPython(found, join(docker, 'cassandra', 'requirements.txt'), join(context, 'python'));
    },
  },
  kafka: {
    tag: options.kafka ?? 'apache/kafka:4.1.0',
    on: 'jre',
    needs: ['mvn'],
    machine: () => [],
    fill: (context) => linkJars('kafka', context),
  },
  runner: {
    tag: options.runner ?? `mysimbdp/runner:${version}`,
    on: 'base',
    needs: [],
    machine: () => [process.execPath],
    files: runnerFiles,
    async fill(context) {
      await copyNode(join(context, 'node'));
      for (const file of await runnerFiles()) await cp(join(root, file), join(context, 'mysimbdp', file));
    },
  },
};

try {
  if (process.platform !== 'linux')
    throw new Error('The images are made of what a Linux machine has installed; elsewhere use the official ones.');
  if (options['update-checksums']) await updateLists();
  else await buildAll();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function readOptions() {
  const tag = { type: 'string' };
  const flag = { type: 'boolean' };
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        ...{ cassandra: tag, kafka: tag, runner: tag },
        ...{ force: flag, 'update-checksums': flag },
      },
    });
    const unknown = (values.only ?? []).filter((name) => !names.includes(name));
    if (unknown.length === 0) return values;
    throw new Error(`There is no image ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

async function updateLists() {
  const { missing } = findPrograms(['mvn']);
  if (missing.length > 0) throw new Error(missing.join('\n'));
  for (const name of ['cassandra', 'kafka']) await updateChecksums(join(docker, name), cache, console.log);
}

async function buildAll() {
  const wanted = options.only ?? names;
  const { found, missing } = findPrograms(wanted.flatMap(needsOf));
  const engine = checkEngine();
  if (engine !== undefined) missing.unshift(engine);
  if (missing.length > 0) throw new Error(missing.join('\n'));
  if (wanted.includes('runner') && !existsSync(join(root, 'dist/cli.js'))) await import('./prepare.mjs');

  for (const name of wanted) {
    const { tag } = images[name];
    const content = await contentOf(name, found);
    const present = inspect(tag);
    if (present?.content === content) {
      console.log(`${tag} is up to date`);
    } else if (present !== undefined && !present.content && !options.force) {
      throw new Error(
        `${tag} is here, and was not built here: --force replaces it, --${name} TAG gives ours another name.`,
      );
    } else {
      await buildWithBases(name, found);
    }
  }
}

function needsOf(name) {
  const { on, needs } = images[name];
  return [...needs, ...(on === undefined ? [] : needsOf(on))];
}

async function buildWithBases(name, found) {
  const { tag, on } = images[name];
  const content = await contentOf(name, found);
  const before = inspect(tag);
  if (before?.content === content) return;
  if (on !== undefined) await buildWithBases(on, found);

  const started = Date.now();
  await mkdir(cache, { recursive: true });
  await removeLeftovers();
  const context = await mkdtemp(join(cache, `context-${name}-`));
  try {
    await cp(join(docker, name), context, { recursive: true });
    await images[name].fill(context, found);
    const what = ['--label', `${label}=${content}`, '--tag', tag];
    // The builder that every engine has: nothing here needs BuildKit, which Debian packs apart.
    const env = { ...process.env, ...(hasBuildx() ? {} : { DOCKER_BUILDKIT: '0' }) };
    await run('docker', ['build', '--network', 'none', '--quiet', ...what, context], { env });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  // What has lost its name is removed, unless something still stands on it.
  if (before !== undefined) spawnSync('docker', ['image', 'rm', before.id], { stdio: 'ignore' });
  const { size } = inspect(tag);
  console.log(`${tag} built in ${((Date.now() - started) / 1000).toFixed(1)} s, ${(size / 1e6).toFixed(0)} MB`);
}

/** Removes what builds left that were cut off an hour ago or earlier. */
async function removeLeftovers() {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    if (!/^context-|\.unfinished-/.test(name) || Date.now() - (await stat(path)).mtimeMs < 3_600_000) continue;
    await rm(path, { recursive: true, force: true });
  }
}

/** A line that says what is wrong with Docker, if something is. */
function checkEngine() {
  const { error, status, stderr } = dockerSync('version', '--format', '{{.Server.Version}}');
  if (error !== undefined)
    return 'docker is missing: install Docker (apt-get install --no-install-recommends docker.io)';
  if (status === 0) return undefined;
  return `No Docker engine answers (${stderr.trim().split('\n').at(-1)}): start it, or one of your own with: node .ci/docker-engine.mjs start FOLDER`;
}

function hasBuildx() {
  return dockerSync('buildx', 'version').status === 0;
}

function inspect(tag) {
  const { status, stdout } = dockerSync('image', 'inspect', tag);
  if (status !== 0) return undefined;
  const [{ Id: id, Size: size, Config: config }] = JSON.parse(stdout);
  return { id, size, content: config.Labels?.[label] };
}

function dockerSync(...args) {
  return spawnSync('docker', args, { encoding: 'utf8' });
}

/** A hash over all that an image is made of, with the image it stands on. */
async function contentOf(name, found) {
  const { on, machine, files } = images[name];
  const hash = createHash('sha256').update(`${process.arch}\n`);
  if (on !== undefined) hash.update(await contentOf(on, found));
  hash.update(fingerprint(machine(found)).join('\n'));
  const paths = [...(await filesBelow(join('docker', name))), '.ci/image-machine.mjs', ...((await files?.()) ?? [])];
  for (const path of paths.sort())
    hash.update(`${path}\n`).update(
      createHash('sha256')
        .update(await readFile(join(root, path)))
        .digest(),
    );
  return hash.digest('hex');
}

/** The same files as in the package for editors, without those that only an editor or another system loads. */
async function runnerFiles() {
  const addon = 'node_modules/@photostructure/sqlite';
  const prebuilt = `${addon}/prebuilds/linux-${process.arch}`;
  const loader = 'node_modules/node-gyp-build';
  const isShipped = (path) => /\.(js|d\.ts|txt)$|^dist\/vendored\//.test(path) && !path.startsWith('dist/webview/');
  return [
    ...['package.json', 'LICENSE', 'media/mysimbdp.schema.json', 'media/tenant.schema.json'],
    ...(await filesBelow('dist')).filter(isShipped),
    ...(await filesBelow('templates')),
    ...['package.json', 'LICENSE', 'dist/index.cjs', 'dist/index.mjs'].map((file) => `${addon}/${file}`),
    ...(await filesBelow(prebuilt)).filter((path) => path.endsWith('.glibc.node')),
    ...['package.json', 'LICENSE', 'index.js', 'node-gyp-build.js'].map((file) => `${loader}/${file}`),
  ];
}

async function filesBelow(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Links, where the cache and the context are on one file system, which they are. */
async function linkJars(name, context) {
  const { kept, names: jars } = await jarsOf(join(docker, name), cache, console.log);
  const target = join(context, 'jars');
  await mkdir(target);
  for (const jar of jars) await link(join(kept, jar), join(target, basename(jar)));
}
