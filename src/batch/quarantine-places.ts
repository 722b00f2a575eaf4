import { basename, dirname, join } from 'node:path';
import { shortName } from './short-name.ts';

// A folder of quarantine, of one run or of refused files, has the files themselves below `files`, apart from what the
// platform writes about them: a tenant may give a file any name, also that of such a note.

/** Takes the files themselves. @param folder of quarantine, as in what follows */
export function quarantinedFiles(folder: string): string {
  return join(folder, 'files');
}

export function quarantinedFile(folder: string, name: string): string {
  return join(quarantinedFiles(folder), name);
}

/** Takes the rejected records of a file. */
export function rejectsPath(folder: string, name: string): string {
  return join(folder, shortName(name, '.rejected.ndjson'));
}

/** Takes the reason of a quarantined file. @param file where that is, in any form of path */
export function reasonPath(file: string): string {
  return join(dirname(dirname(file)), shortName(basename(file), '.reason.json'));
}
