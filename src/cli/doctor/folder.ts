import { constants, existsSync } from 'node:fs';
import { access, mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { delimiter, isAbsolute, join, relative, resolve } from 'node:path';
import { faultOf, messageOf, systemCode } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { MetadataStore } from '../../records/metadata-store.ts';
import { holdOwnerLock } from '../../records/owner-lock.ts';
import { formatDiagnostic } from '../../tenants/diagnostics.ts';
import { loadPlatform, servedTenants, type LoadedPlatform } from '../../tenants/load.ts';
import { isPlatformOwned } from '../errors.ts';
import { runningPlatform } from '../platform-access.ts';
import { counted, size } from '../terminal/figures.ts';
import { engineFindings } from './engine.ts';
import { externalFindings } from './external.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { timeZone } from './machine.ts';

/** What the platform needs of its folder. */
export async function folderFindings(folder: PlatformFolder): Promise<Finding[]> {
  const loaded = await loadPlatform(folder);
  return [
    await writable(folder),
    await freeSpace(folder),
    await controlPlane(folder),
    await metadata(folder),
    ...(loaded.settings ? [timeZone(loaded.settings.timeZone)] : []),
    ...(loaded.settings ? await engineFindings(loaded.settings.runtime) : []),
    ...(loaded.settings ? await externalFindings(folder, loaded.settings.runtime, servedTenants(loaded)) : []),
    profiles(loaded),
    ...(await Promise.all(loaded.registered.map((tenant) => staging(folder, tenant)))),
    ...(await Promise.all(commandApps(loaded).map(({ app, command, cwd }) => commandFound(app, command, cwd)))),
  ];
}

async function writable(folder: PlatformFolder): Promise<Finding> {
  const where = existsSync(folder.state) ? folder.state : folder.root;
  try {
    await rmdir(await mkdtemp(join(where, '.doctor-')));
    return ok('platform folder', `${folder.root} is writable`);
  } catch (error) {
    return fail(
      'platform folder',
      `cannot write in ${where}: ${messageOf(error)}`,
      'Give this user write permission there.',
    );
  }
}

const littleSpace = 1e9;
const noSpace = 100e6;

async function freeSpace(folder: PlatformFolder): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder.root);
    return spaceFinding(bavail * bsize);
  } catch (error) {
    return warn('disk', `its free space cannot be told: ${messageOf(error)}`, 'Look at it yourself.');
  }
}

/** @param free bytes */
export function spaceFinding(free: number): Finding {
  const fix = 'Free some: archive, quarantine and CoreDms of the embedded runtime are in .mysimbdp.';
  if (free < noSpace) return fail('disk', `${size(free)} free`, fix);
  return free < littleSpace ? warn('disk', `${size(free)} free`, fix) : ok('disk', `${size(free)} free`);
}

async function controlPlane(folder: PlatformFolder): Promise<Finding> {
  const running = await runningPlatform(folder);
  if (running) return ok('control plane', `up at ${running.location.url}, process ${running.location.pid}`);
  if (!existsSync(folder.ownerFile)) return ok('control plane', 'not running');
  try {
    holdOwnerLock(folder.ownerFile).close();
    return ok('control plane', 'not running');
  } catch (error) {
    if (isPlatformOwned(error)) {
      return fail(
        'control plane',
        'a process owns the folder and does not answer',
        'It may be starting or ending: try again. Otherwise end that process; "mysimbdp logs" tells its last words.',
      );
    }
    return fail(
      'control plane',
      `${folder.ownerFile}: ${messageOf(error)}`,
      'Give this user permission for .mysimbdp.',
    );
  }
}

/** The ledger and the logs; a running platform has the file open and would have told. */
async function metadata(folder: PlatformFolder): Promise<Finding> {
  if (!existsSync(folder.metadataFile)) return ok('metadata store', 'empty: nothing was ingested yet');
  let store: MetadataStore | undefined;
  try {
    store = await MetadataStore.open({ metadata: folder.metadataFile });
    const open = await store.openRuns();
    return ok(
      'metadata store',
      open.length === 0 ? 'readable' : `readable, ${counted(open.length, 'run')} to go on with`,
    );
  } catch (error) {
    const { message, hint } = faultOf(error);
    return fail('metadata store', message, hint ?? 'See "mysimbdp logs".');
  } finally {
    await store?.dispose();
  }
}

function profiles({ diagnostics, registered, present }: LoadedPlatform): Finding {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors[0] ?? diagnostics[0];
  const fix = 'See all of it with "mysimbdp profile check".';
  if (errors.length > 0 && first)
    return fail('profiles', `${counted(errors.length, 'error')}; ${formatDiagnostic(first)}`, fix);
  if (first) return warn('profiles', `${counted(diagnostics.length, 'warning')}; ${formatDiagnostic(first)}`, fix);
  if (registered.length === 0) {
    return warn(
      'profiles',
      `no tenant is registered (${present.length} present)`,
      'Register one with "mysimbdp tenant add".',
    );
  }
  return ok(
    'profiles',
    `${counted(registered.length, 'registered tenant')}, ${counted(present.length, 'profile')}, all valid`,
  );
}

async function staging(folder: PlatformFolder, tenant: string): Promise<Finding> {
  const check = `staging of ${tenant}`;
  const path = folder.staging(tenant);
  const shown = relative(folder.root, path);
  try {
    // Files are renamed out of it.
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(check, shown);
  } catch (error) {
    return systemCode(error) === 'ENOENT'
      ? warn(check, `${shown} is missing`, 'Make the directory, and put files into it.')
      : fail(check, `${shown}: ${messageOf(error)}`, 'Give this user permission to read and write the directory.');
  }
}

function commandApps({ profiles }: LoadedPlatform): { app: string; command: string; cwd: string }[] {
  return [...profiles.values()].flatMap(({ tenant, apps }) =>
    apps.flatMap(({ name, code, folder: cwd }) =>
      code.form === 'command' ? [{ app: `${tenant}/${name}`, command: code.command[0] ?? '', cwd }] : [],
    ),
  );
}

async function commandFound(app: string, command: string, cwd: string): Promise<Finding> {
  const found = await findCommand(command, cwd, process.env);
  return found === undefined
    ? fail(
        `command of ${app}`,
        `"${command}" is not found`,
        `Install ${command}, or correct the app's command in its profile.`,
      )
    : ok(`command of ${app}`, found);
}

/** Where the operating system would find `command`: beside the app when it names a path, else in PATH. */
export async function findCommand(
  command: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const windows = process.platform === 'win32';
  const endings = windows ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT;.COM').split(';')] : [''];
  const isPath = isAbsolute(command) || command.includes('/') || (windows && command.includes('\\'));
  const folders = isPath ? [cwd] : (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    for (const ending of endings) {
      const candidate = resolve(folder, command + ending);
      const executable = await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (executable) return candidate;
    }
  }
  return undefined;
}
