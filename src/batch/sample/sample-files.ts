import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { BatchApp } from '../../tenants/effective-profile.ts';
import { fileGlob } from '../../tenants/file-glob.ts';
import { quarantinedFiles } from '../quarantine-places.ts';

/** A file that an app can be tried on. */
export interface SampleFile {
  name: string;
  /** Absolute. */
  path: string;
  bytes: number;
  place: 'staging' | 'samples' | 'quarantine' | 'archive';
  /** When it was changed last; milliseconds since the epoch. */
  changedAt: number;
}

/** Files that are given at most, and folders of runs and names that are looked at. */
const mostFiles = 200;
const mostRuns = 100;
const mostNames = 2000;

/** Files that the app takes: what waits, what the tenant keeps as samples, what failed, what was ingested; of each the newest first. */
export async function sampleFiles(folder: PlatformFolder, tenant: string, app: BatchApp): Promise<SampleFile[]> {
  const takes = fileGlob(app.files);
  const found: SampleFile[] = [];
  const look = async (place: SampleFile['place'], folders: readonly string[]) => {
    const files: SampleFile[] = [];
    for (const at of folders) {
      if (found.length + files.length >= mostFiles) break;
      files.push(...(await filesIn(at, place, takes)));
    }
    found.push(...files.sort((a, b) => b.changedAt - a.changedAt));
  };
  await look('staging', [folder.staging(tenant)]);
  await look('samples', [join(folder.tenant(tenant), 'samples')]);
  await look('quarantine', (await runFolders(folder.quarantine(tenant))).map(quarantinedFiles));
  await look('archive', await runFolders(folder.archive(tenant)));
  return found.slice(0, mostFiles);
}

/** Folders of runs, the newest first. */
async function runFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const number = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? 0);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => number(b) - number(a))
    .slice(0, mostRuns)
    .map((name) => join(root, name));
}

async function filesIn(
  folder: string,
  place: SampleFile['place'],
  takes: (name: string) => boolean,
): Promise<SampleFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: SampleFile[] = [];
  for (const entry of entries.slice(0, mostNames)) {
    if (!entry.isFile() || !takes(entry.name) || files.length === mostFiles) continue;
    const path = join(folder, entry.name);
    const known = await stat(path).catch(() => undefined);
    if (known) files.push({ name: entry.name, path, bytes: known.size, place, changedAt: known.mtimeMs });
  }
  return files;
}
