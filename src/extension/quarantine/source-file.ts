import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { quarantinedFile } from '../../batch/quarantine-places.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { systemCode } from '../../foundation/errors.ts';

/** A file that was ingested, or was to be. */
export interface SourceFile {
  /** Absolute. */
  path: string;
  name: string;
  gzip: boolean;
  /** On disk. */
  bytes: number;
}

/**
 * The file that the records are from: in the archive, or beside them in quarantine; undefined when it is there no more.
 * @param rejects path of the file of rejected records
 * @param name of the source, as the records say
 */
export async function findSource(
  folder: PlatformFolder,
  rejects: string,
  name: string,
): Promise<SourceFile | undefined> {
  const [, tenant, runId] = /[/\\]quarantine[/\\]([^/\\]+)[/\\]([^/\\]+)[/\\][^/\\]+$/.exec(rejects) ?? [];
  if (tenant === undefined || runId === undefined || name !== basename(name)) return undefined;
  for (const path of [
    join(folder.archive(tenant), runId, name),
    quarantinedFile(join(folder.quarantine(tenant), runId), name),
  ]) {
    const bytes = await sizeOf(path);
    if (bytes !== undefined) return { path, name, bytes, gzip: await isGzip(path) };
  }
  return undefined;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
