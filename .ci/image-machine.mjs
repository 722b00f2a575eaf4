// What the images take from this machine: the C library, bash, busybox, a Java runtime, Python with cqlsh, Node. Each part is
// copied into a folder that a Dockerfile of docker/ copies to `/`, under the path that it has here.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { run } from './image-run.mjs';

/** Loaded at run time by the JDK, by native code in jars and by the C library itself, so no program names them. */
const glibc = ['libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'librt.so.1', 'libresolv.so.2', 'libnss_dns.so.2'];
const libraries = [...glibc, 'libnss_files.so.2', 'libgcc_s.so.1', 'libstdc++.so.6', 'libz.so.1'];
/** Parts of the JDK that draw or sound. */
const desktop = /^lib(awt|fontmanager|freetype|javajpeg|jawt|jsound|lcms|mlib_image|splashscreen)/;
/** Parts of Python's library that cqlsh does without. */
const unusedPython =
  /^(__pycache__|test|tests|idlelib|lib2to3|tkinter|turtle.*|turtledemo|distutils|ensurepip|venv|pydoc_data|site-packages|dist-packages|config-.*|sitecustomize\.py|_tkinter.*|_test.*|_xxtest.*|_dbm.*|_gdbm.*|_sqlite3.*|sqlite3|ossaudiodev.*|audioop.*|nis\..*)$/;
const terminals = ['xterm', 'xterm-256color', 'linux', 'screen', 'screen-256color', 'tmux-256color', 'vt100'];

/** How each program is found; one that is not adds a line about what helps to `missing`. */
const programs = {
  mvn: (missing) => onPath('mvn') ?? lacks(missing, 'Maven (mvn) is missing: apt-get install maven'),
  ldd: (missing) =>
    onPath('ldd') ?? lacks(missing, 'ldd is missing: the images need a C library of GNU, as Debian has it'),
  bash: (missing) => onPath('bash') ?? lacks(missing, 'bash is missing: apt-get install bash'),
  busybox: (missing) =>
    staticBusybox() ?? lacks(missing, 'a static busybox is missing: apt-get install busybox-static'),
  jdk: (missing) =>
    jdk17() ??
    lacks(
      missing,
      'a JDK 17 with jlink is missing: apt-get install openjdk-17-jdk-headless, or set JAVA17_HOME to one',
    ),
  python: (missing) =>
    python() ?? lacks(missing, 'python3 with pip is missing, for cqlsh: apt-get install python3 python3-pip'),
};

/** Where the named programs are, and lines about those that are missing. */
export function findPrograms(names) {
  const missing = [];
  const found = Object.fromEntries([...new Set(names)].map((name) => [name, programs[name](missing)]));
  return { found, missing };
}

function lacks(missing, line) {
  missing.push(line);
  return undefined;
}

/** Text that changes when what goes into an image from this machine does. */
export function fingerprint(paths) {
  return paths.map((path) => {
    const file = realpathSync(path);
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
}

export async function copyBase({ bash, busybox }, target) {
  await copyProgram(bash, join(target, 'bin/bash'));
  await copyProgram(busybox, join(target, 'bin/busybox'));
  await copyLibraries([bash], target, libraries);
  await copyLicences(['bash', 'busybox-static', 'libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g', 'libtinfo6'], target);
}

/** A runtime of the modules that are listed, with the class data that make it start faster. */
export async function copyJava({ jdk }, modules, target) {
  const home = join(target, 'opt/java/openjdk');
  await mkdir(dirname(home), { recursive: true });
  const smaller = ['--no-man-pages', '--no-header-files', '--strip-java-debug-attributes', '--compress=0'];
  const what = ['--add-modules', modules.join(','), '--generate-cds-archive', '--output', home];
  await run(join(jdk, 'bin/jlink'), [...smaller, ...what]);
  const lib = join(home, 'lib');
  const native = (await readdir(lib)).filter((name) => name.endsWith('.so') && !desktop.test(name));
  const files = [join(home, 'bin/java'), join(lib, 'server/libjvm.so'), ...native.map((name) => join(lib, name))];
  await copyLibraries(files, target, []);
  await copyLicences(['openjdk-17-jre-headless'], target);
}

/** Python with its library, and cqlsh with what pip installs for it out of a list with hashes. */
export async function copyPython({ python }, requirements, target) {
  const { program, pip, library, version } = python;
  await copyProgram(program, join(target, 'usr/bin/python3'));
  const wanted = (path) => !unusedPython.test(path.slice(path.lastIndexOf('/') + 1));
  await cp(library, join(target, library), { recursive: true, filter: wanted });
  const extensions = join(library, 'lib-dynload');
  const native = (await readdir(extensions)).filter(wanted).map((name) => join(extensions, name));
  await copyLibraries([program, ...native], target, []);
  for (const name of terminals) {
    const entry = ['/lib/terminfo', '/usr/share/terminfo']
      .map((folder) => join(folder, name[0], name))
      .find((path) => existsSync(path));
    if (entry !== undefined) await cp(entry, join(target, entry), { dereference: true });
  }
  const pylib = join(target, 'opt/cassandra/pylib');
  const options = ['--quiet', '--no-deps', '--no-compile', '--only-binary', ':all:', '--disable-pip-version-check'];
  const hashes = ['--require-hashes', '--requirement', requirements];
  const where = ['--python-version', version, '--implementation', 'cp', '--target', pylib];
  await run(pip[0], [...pip.slice(1), 'install', ...options, ...where, ...hashes]);
  // Everything as byte code, so that cqlsh starts at once for users who may not write there.
  await run(program, ['-m', 'compileall', '-q', '-j', '0', '-s', target, pylib, join(target, library)]);
  await copyLicences([`python${version}`, `libpython${version}-stdlib`, 'libssl3', 'libssl3t64'], target);
}

/** The Node that runs this. */
export async function copyNode(target) {
  await copyProgram(process.execPath, join(target, 'usr/local/bin/node'));
  await copyLibraries([process.execPath], target, []);
  const licence = join(dirname(dirname(process.execPath)), 'LICENSE');
  if (existsSync(licence)) await cp(licence, join(target, 'usr/share/doc/nodejs/LICENSE'));
  await copyLicences(['nodejs'], target);
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function staticBusybox() {
  return ['/bin/busybox', '/usr/bin/busybox', '/bin/busybox.static'].find(
    (file) => existsSync(file) && spawnSync('ldd', [file]).status !== 0,
  );
}

/** Cassandra 5.0 runs on Java 11 and 17, Kafka 4 from 17 on. */
function jdk17() {
  const jlink = onPath('jlink');
  const candidates = [
    process.env.JAVA17_HOME,
    process.env.JAVA_HOME,
    jlink && dirname(dirname(realpathSync(jlink))),
    '/usr/lib/jvm/java-17-openjdk-amd64',
    '/usr/lib/jvm/java-17-openjdk-arm64',
  ];
  return candidates.find((path) => path && is17(path) && existsSync(join(path, 'jmods/java.base.jmod')));
}

function is17(home) {
  const release = join(home, 'release');
  return existsSync(release) && /^JAVA_VERSION="17\b/m.test(readFileSync(release, 'utf8'));
}

/** The system's own Python, never one of a version manager: its library is where every user can read it. */
function python() {
  const program = '/usr/bin/python3';
  const question = 'import sys, sysconfig; print(sysconfig.get_path("stdlib"), "%d.%d" % sys.version_info[:2])';
  const { status, stdout } = spawnSync(program, ['-c', question], { encoding: 'utf8' });
  const pip = [[program, '-m', 'pip'], ['python3', '-m', 'pip'], ['pip3']].find(
    ([command, ...args]) => spawnSync(command, [...args, '--version']).status === 0,
  );
  if (status !== 0 || pip === undefined) return undefined;
  const [library, version] = stdout.trim().split(' ');
  return { program: realpathSync(program), pip, library, version };
}

async function copyProgram(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await cp(realpathSync(from), to);
}

/** The libraries that files are linked with, and others beside the C library, at the paths where the loader seeks them. */
async function copyLibraries(files, target, beside) {
  const linked = new Set();
  for (const file of files) {
    for (const line of execFileSync('ldd', [file], { encoding: 'utf8' }).split('\n')) {
      const path = /(?:=> |^\s*)(\/\S+) \(0x/.exec(line)?.[1];
      if (path !== undefined && !path.startsWith(target)) linked.add(path);
    }
  }
  const libc = [...linked].find((path) => path.endsWith('/libc.so.6'));
  for (const name of beside) if (libc && existsSync(join(dirname(libc), name))) linked.add(join(dirname(libc), name));
  for (const path of linked) await copyProgram(path, join(target, path));
}

/** The copyright files of Debian's packages, where there are such. */
async function copyLicences(packages, target) {
  for (const name of packages) {
    const file = join('/usr/share/doc', name, 'copyright');
    if (!existsSync(file)) continue;
    const to = join(target, file);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, await readFile(file));
  }
}
