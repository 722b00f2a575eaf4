import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { say } from '../bench-platform.ts';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mysimbdp', 'bench');
const mavenPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

export interface PeerTools {
  /** Folders of jars. */
  dsbulk: string;
  sparkConnector: string;
  /** Folders of Python packages. */
  cqlsh: string;
  pyspark: string;
}

/** The peers' programs, by Maven and pip in the user's cache folder; it needs `mvn`, a JRE and `python3` with pip. */
export async function peerTools(): Promise<PeerTools> {
  return {
    dsbulk: await kept('dsbulk-1.10.0', (folder) => jars('dsbulk.pom.xml', folder)),
    sparkConnector: await kept('spark-connector-3.5.1', (folder) => jars('spark.pom.xml', folder)),
    cqlsh: await kept('cqlsh-6.2.2', (folder) => packages('cqlsh==6.2.2', folder)),
    pyspark: await kept('pyspark-3.5.9', (folder) => packages('pyspark==3.5.9', folder)),
  };
}

export async function jarsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).map((name) => join(folder, name));
}

async function jars(pom: string, folder: string): Promise<void> {
  const what = [`${mavenPlugin}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
  await run('mvn', ['-q', '-B', '-f', join(here, pom), ...what], { maxBuffer: 2 ** 26 });
}

async function packages(wanted: string, folder: string): Promise<void> {
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, wanted], { maxBuffer: 2 ** 26 });
}

/** What is in the cache under a name, made when it is not there yet; it is there as a whole or not at all. */
async function kept(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cache, name);
  if (existsSync(target)) return target;
  say(`Fetching ${name} …`);
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(`${target}.unfinished-`);
  try {
    await make(scratch);
    await rename(scratch, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return target;
}
