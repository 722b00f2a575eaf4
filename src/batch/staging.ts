import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { tenantFolderGone } from './faults.ts';

/** An entry of a staging directory that may be a tenant's file. */
export interface StagedFile {
  name: string;
  kind: 'file' | 'link' | 'other' | 'unreadable-name';
  /** Bytes. */
  size: number;
  mtimeMs: number;
}

/** Names that are never files of a tenant: hidden, or still being written by convention. */
export function isUnfinished(name: string): boolean {
  return name.startsWith('.') || /\.(part|tmp)$/i.test(name);
}

const atOnce = 64;

/**
 * The files of a tenant's staging directory, see `listStaging`. It is made where it is missing, as it is after a clone of the
 * folder: git keeps no empty directories.
 */
export async function openStaging(folder: PlatformFolder, tenant: string): Promise<StagedFile[]> {
  const staging = folder.staging(tenant);
  try {
    return await listStaging(staging);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    await makeStaging(folder, tenant);
    return listStaging(staging);
  }
}

/**
 * Makes a tenant's staging directory where it is missing; not the tenant's folder: where that is gone, the tenant is.
 * @throws PlatformError TENANT_NOT_PRESENT
 */
export async function makeStaging(folder: PlatformFolder, tenant: string): Promise<void> {
  try {
    await mkdir(folder.staging(tenant));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw tenantFolderGone(tenant);
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/**
 * The files of a staging directory, oldest first. Folders are left alone. Links are not followed.
 * @throws the system's error when the directory cannot be read
 */
export async function listStaging(directory: string): Promise<StagedFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && !isUnfinished(entry.name)).map(({ name }) => name);
  const files: StagedFile[] = [];
  for (let at = 0; at < names.length; at += atOnce) {
    const some = await Promise.all(names.slice(at, at + atOnce).map((name) => stage(directory, name)));
    files.push(...some.filter((file) => file !== undefined));
  }
  return files.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
}

/** How one file stands now; undefined when it is gone. */
export async function stage(directory: string, name: string): Promise<StagedFile | undefined> {
  let stats: Stats;
  try {
    stats = await lstat(join(directory, name));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    // A name that lost bytes on its way into text names nothing.
    return name.includes('\ufffd') ? { name, kind: 'unreadable-name', size: 0, mtimeMs: 0 } : undefined;
  }
  const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
  return { name, kind, size: stats.size, mtimeMs: stats.mtimeMs };
}
