import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
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
 */
export async function findSource(folder: PlatformFolder, rejects: string): Promise<SourceFile | undefined> {
  const [, tenant, runId, name] =
    /[/\\]quarantine[/\\]([^/\\]+)[/\\]([^/\\]+)[/\\](.+)\.rejected\.ndjson$/.exec(rejects) ?? [];
  if (tenant === undefined || runId === undefined || name === undefined) return undefined;
  for (const directory of [folder.archive(tenant), folder.quarantine(tenant)]) {
    const path = join(directory, runId, name);
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
