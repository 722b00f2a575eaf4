import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';

// A file that failed, was cancelled or refused lies in quarantine as a whole, with its reason beside it, until it is retried
// or somebody takes it away.

/** How many files lie in a part of a tenant's quarantine. @param part name of a run, or `refused` */
export async function countWholeFiles(folder: PlatformFolder, tenant: string, part: string): Promise<number> {
  const names = await namesIn(join(folder.quarantine(tenant), part));
  return names.filter((name) => name.endsWith('.reason.json')).length;
}

/** Parts of a tenant's quarantine that are looked into at one time. */
const atOnce = 16;

/** How many files lie in a tenant's quarantine. */
export async function countAllWholeFiles(folder: PlatformFolder, tenant: string): Promise<number> {
  const parts = await namesIn(folder.quarantine(tenant));
  let sum = 0;
  for (let at = 0; at < parts.length; at += atOnce) {
    const counts = await Promise.all(
      parts.slice(at, at + atOnce).map((part) => countWholeFiles(folder, tenant, part).catch(() => 0)),
    );
    sum += counts.reduce((total, count) => total + count, 0);
  }
  return sum;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

export type WholeFile = IngestionRecord & { location: string };

/** Those of the records whose file lies in quarantine, and is there still. */
export async function wholeFilesOf(folder: PlatformFolder, records: readonly IngestionRecord[]): Promise<WholeFile[]> {
  const quarantine = `${folder.display(join(folder.state, 'quarantine'))}/`;
  const placed = records.filter((record): record is WholeFile => record.location?.startsWith(quarantine) === true);
  const isThere = await Promise.all(
    placed.map(({ location }) =>
      access(join(folder.root, location)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const seen = new Set<string>();
  return placed.filter(({ location }, index) => isThere[index] && !seen.has(location) && seen.add(location));
}
