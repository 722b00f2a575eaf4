import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ownEnvironment, runProgram } from './run-program.ts';

/**
 * VS Code's server as it is packed in the npm package code-server; that package's own program is not used. 4.100.3 holds
 * VS Code 1.100.3, the oldest that package.json's `engines` allow, and runs on Node 20.
 */
const version = '4.100.3';
/** The version of VS Code that is in it. */
export const vscodeVersion = version.replace(/^4/, '1');
const sha512 = 'q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==';

/** Log files, terminals, the server's watch over itself: VS Code does without them where they cannot be compiled. */
const nativeModules = ['@vscode/spdlog', 'node-pty', 'native-watchdog'];

/** Part of the name of a folder that is being installed; such a folder never counts as an installation. */
const unfinished = '.unfinished-';

type Say = (line: string) => void;

/** The path of the server's main program, which is installed when it is not there yet; `say` hears what takes time. */
export async function serverProgram(say: Say): Promise<string> {
  const folder = installationFolder();
  const program = mainProgram(folder);
  if (!existsSync(program)) await installOnce(folder, say);
  await linkSearchProgram(join(dirname(dirname(program)), 'node_modules', '@vscode', 'ripgrep', 'bin'));
  return program;
}

async function installOnce(folder: string, say: Say): Promise<void> {
  say(`Installing VS Code's server (code-server ${version} by npm, once) in ${folder} …`);
  await mkdir(dirname(folder), { recursive: true });
  await removeLeftovers(dirname(folder));
  const building = `${folder}${unfinished}${randomUUID()}`;
  try {
    await install(building, say);
    await rename(building, folder);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else somebody else was faster
  }
}

function mainProgram(folder: string): string {
  return join(folder, 'lib', 'vscode', 'out', 'server-main.js');
}

function installationFolder(): string {
  const machine = `${process.platform}-${process.arch}-node${process.versions.modules}`;
  return join(cacheFolder(), `vscode-server-${version}-${machine}`);
}

function cacheFolder(): string {
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, 'mysimbdp');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'mysimbdp');
  return join(homedir(), '.cache', 'mysimbdp');
}

async function install(folder: string, say: Say): Promise<void> {
  const env = ownEnvironment();
  await mkdir(folder, { recursive: true });
  await runProgram('npm', ['pack', '--silent', '--pack-destination', folder, `code-server@${version}`], { env });
  const tarball = join(folder, `code-server-${version}.tgz`);
  const found = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  if (found !== sha512) throw new Error(`The npm package code-server ${version} is not what it was: SHA-512 ${found}`);
  const wanted = ['package/lib/vscode', 'package/LICENSE', 'package/ThirdPartyNotices.txt'];
  await runProgram('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1', ...wanted]);
  await rm(tarball);

  const vscode = dirname(dirname(mainProgram(folder)));
  for (const prefix of [vscode, join(vscode, 'extensions')]) {
    // Not `npm ci`: the lock files in there do not agree with their package.json files.
    const options = ['--omit=dev', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
    await runProgram('npm', ['install', ...options, '--prefix', prefix], { cwd: prefix, env });
  }
  await symlink('node_modules', join(vscode, 'node_modules.asar'), 'dir');
  for (const name of nativeModules) await compile(join(vscode, 'node_modules', name), name, say);
  await assertStarts(mainProgram(folder));
}

/** Uses the headers beside Node where they are, so that nothing more has to be downloaded. */
async function compile(folder: string, name: string, say: Say): Promise<void> {
  if (!existsSync(join(folder, 'binding.gyp'))) return;
  const nodedir = dirname(dirname(process.execPath));
  const headers = existsSync(join(nodedir, 'include', 'node', 'node.h')) ? [`--nodedir=${nodedir}`] : [];
  try {
    const modules = (await runProgram('npm', ['root', '-g'], { env: ownEnvironment() })).trim();
    const nodeGyp = join(modules, 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    const args = [nodeGyp, 'rebuild', '--jobs=max', ...headers];
    await runProgram(process.execPath, args, { cwd: folder, env: ownEnvironment() });
  } catch {
    say(`${name} could not be compiled; VS Code does without it.`);
  }
}

/** The editor searches files with ripgrep; its npm package would download it in a script. Without it nothing is found. */
async function linkSearchProgram(bin: string): Promise<void> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const program = folders.map((folder) => join(folder, 'rg')).find((path) => existsSync(path));
  if (program === undefined || existsSync(join(bin, 'rg'))) return;
  await mkdir(bin, { recursive: true });
  // Another run may have done it meanwhile.
  await symlink(program, join(bin, 'rg')).catch((error: unknown) => {
    if (!existsSync(join(bin, 'rg'))) throw error;
  });
}

/** In a private HOME, because the server makes a folder there at once. */
async function assertStarts(program: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'mw-'));
  try {
    await runProgram(process.execPath, [program, '--version'], { env: ownEnvironment({ HOME: home }) });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Removes what installations left that were interrupted an hour ago or earlier. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.includes(unfinished) || Date.now() - (await stat(path)).mtimeMs < 3_600_000) continue;
    await rm(path, { recursive: true, force: true });
  }
}
