import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { servedKinds, TenantLoginsFile } from '../coredms/logins.ts';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';

/** A place where something of a tenant is. */
export interface TenantPart {
  kind: 'rows' | 'archive' | 'quarantine' | 'work' | 'logs' | 'staging' | 'folder';
  /** Relative to the platform folder, with `/`; for rows in a server, what they are called there. */
  path: string;
  files: number;
  bytes: number;
}

/**
 * Everything of a tenant that is on disk, as far as it is there: what goes when the tenant is removed with its data. The folder
 * of the tenant is the last, and is told without the files that wait in staging.
 */
export async function tenantParts(folder: PlatformFolder, tenant: string): Promise<TenantPart[]> {
  const staging = folder.staging(tenant);
  const places: [TenantPart['kind'], string[]][] = [
    ['rows', keyspaceFiles(folder, tenant)],
    ['archive', [folder.archive(tenant)]],
    ['quarantine', [folder.quarantine(tenant)]],
    ['work', await workFolders(folder, tenant)],
    ['logs', [logFolder(folder, tenant)]],
    ['staging', [staging]],
    ['folder', [folder.tenant(tenant)]],
  ];
  const parts: TenantPart[] = [];
  for (const [kind, paths] of places) {
    const found = (await Promise.all(paths.map(filesAt))).flatMap((files) => files ?? []);
    const own = kind === 'folder' ? found.filter((path) => !path.startsWith(join(staging, '/'))) : found;
    const there = kind === 'folder' ? await isThere(folder.tenant(tenant)) : own.length > 0;
    const [first = ''] = paths;
    if (there) parts.push({ kind, path: folder.display(first), files: own.length, bytes: await bytesOf(own) });
  }
  for (const kind of servedKinds) {
    if (!(await new TenantLoginsFile(folder, kind).read())[tenant]) continue;
    const cluster = kind === 'external' ? 'external Cassandra' : 'Cassandra';
    parts.unshift({ kind: 'rows', path: `${cluster}, keyspace ${tenant}`, files: 0, bytes: 0 });
  }
  return parts;
}

/**
 * Deletes what `tenantParts` tells of; the folder of the tenant last, so that it can be done again after a failure.
 * @throws PlatformError DATA_NOT_DELETED
 */
export async function deleteTenantFiles(folder: PlatformFolder, tenant: string): Promise<void> {
  const paths = [
    ...keyspaceFiles(folder, tenant),
    folder.archive(tenant),
    folder.quarantine(tenant),
    ...(await workFolders(folder, tenant)),
    logFolder(folder, tenant),
    folder.tenant(tenant),
  ];
  for (const path of paths) {
    try {
      // Whoever looks at a table right now closes it soon.
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch (error) {
      throw notDeleted(tenant, folder.display(path), error);
    }
  }
}

function notDeleted(tenant: string, path: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'DATA_NOT_DELETED',
    message: `${path} could not be deleted (${systemCode(cause) ?? messageOf(cause)}); ${tenant} is unregistered`,
    hint: 'Look who may delete it, or who has it open, and remove the tenant with its data again.',
    cause,
  });
}

/** The file of the keyspace, and what SQLite keeps beside it. */
function keyspaceFiles(folder: PlatformFolder, tenant: string): string[] {
  return ['', '-wal', '-shm'].map((ending) => folder.embeddedKeyspace(tenant) + ending);
}

function logFolder(folder: PlatformFolder, tenant: string): string {
  return dirname(folder.batchAppLog(tenant));
}

/** What crashes have left of runs: the next start would put their files back into staging. */
async function workFolders(folder: PlatformFolder, tenant: string): Promise<string[]> {
  const runs = await readdir(folder.workFolders).catch(() => []);
  const ofTenant = new RegExp(`^${tenant}-\\d+$`);
  return runs.filter((run) => ofTenant.test(run)).map((run) => folder.work(run));
}

/** Absolute paths of the file, or of all files below the folder; undefined when nothing is there. */
async function filesAt(path: string): Promise<string[] | undefined> {
  let entries: Dirent[];
  try {
    entries = await readdir(path, { recursive: true, withFileTypes: true });
  } catch {
    return (await isThere(path)) ? [path] : undefined;
  }
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  let sum = 0;
  for (const path of paths) sum += (await stat(path).catch(() => undefined))?.size ?? 0;
  return sum;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
