import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../foundation/errors.ts';
import { packageRoot, programNames, programPath } from '../../foundation/programs.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** What the platform needs of the machine, whatever the folder. */
export async function machineFindings(): Promise<Finding[]> {
  return [
    nodeVersion(process.versions.node, wantedNode()),
    programs(),
    await sqlite(),
    clock(Date.now()),
    processes(process.platform),
  ];
}

function wantedNode(): string {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  return engines.node.replace(/^>=\s*/, '');
}

/** @param wanted the oldest version that will do: `20.19` */
export function nodeVersion(version: string, wanted: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  const enough = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  return enough
    ? ok('Node', `${version} on ${process.platform} ${process.arch}`)
    : fail('Node', `${version} is too old`, `Install Node ${wanted} or newer.`);
}

function programs(): Finding {
  const missing = programNames.filter((name) => !existsSync(programPath(name)));
  return missing.length === 0
    ? ok('programs', 'all there')
    : fail(
        'programs',
        `missing: ${missing.join(', ')}`,
        'Install mysimbdp anew, or run "npm run build" in its sources.',
      );
}

async function sqlite(): Promise<Finding> {
  try {
    const { DatabaseSync } = await import('@photostructure/sqlite');
    const db = new DatabaseSync(':memory:');
    const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    db.close();
    return ok('SQLite', version);
  } catch (error) {
    return fail(
      'SQLite',
      `does not load: ${messageOf(error)}`,
      'Install mysimbdp anew on this machine: its binaries belong to one operating system and processor.',
    );
  }
}

/** Write timestamps come from the clock. 2024-01-01 is before this program was written. */
export function clock(now: number): Finding {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return now < Date.UTC(2024, 0, 1)
    ? fail(
        'clock',
        `says ${new Date(now).toISOString()}`,
        'Set the clock of this machine: rows are written with its time.',
      )
    : ok('clock', `${new Date(now).toISOString()}, time zone of this machine ${zone}`);
}

/** How far the end of a run reaches: an app that wants to can leave a process behind. */
export function processes(platform: NodeJS.Platform): Finding {
  const escape = platform === 'linux' ? 'leaves its session with an empty environment' : 'leaves its session';
  return ok('processes', `those of a run end with it, but for one that ${escape} and loses its parent at once`);
}

/** @param zone as mysimbdp.yaml says it */
export function timeZone(zone: string): Finding {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return ok('time zone', `${zone} for quotas and schedules`);
  } catch {
    return warn(
      'time zone',
      `"${zone}" is not known`,
      'Write an IANA name such as Europe/Helsinki into mysimbdp.yaml.',
    );
  }
}
