import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { cassandraCluster, noSecrets, type CoreDmsTarget } from '../protocol/jobs.ts';
import type { CoreDmsAccess } from './connect.ts';
import { externalAccess, tenantSecrets } from './external-access.ts';
import { keptLogin, TenantLoginsFile } from './logins.ts';

/** Where CoreDms of a platform folder is: in the embedded store, in its own Cassandra, or in one of somebody else. */
export const coreDmsLocation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({ kind: z.literal('cassandra'), cluster: cassandraCluster }),
  z.strictObject({ kind: z.literal('external'), cluster: cassandraCluster, access: externalAccess }),
]);
export type CoreDmsLocation = z.infer<typeof coreDmsLocation>;

/** As the last control plane has left it; the embedded store as long as there was no other. */
export async function readCoreDmsLocation({ coreDmsFile }: PlatformFolder): Promise<CoreDmsLocation> {
  try {
    return coreDmsLocation.parse(JSON.parse(await readFile(coreDmsFile, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { kind: 'embedded' };
    throw error;
  }
}

export async function writeCoreDmsLocation({ coreDmsFile }: PlatformFolder, location: CoreDmsLocation): Promise<void> {
  await writeFileAtomic(coreDmsFile, `${JSON.stringify(location, null, 2)}\n`, 0o600);
}

/** The tenant's keyspace at a location. */
export function targetAt(folder: PlatformFolder, location: CoreDmsLocation, tenant: string): CoreDmsTarget {
  return location.kind === 'embedded'
    ? { kind: 'embedded', file: folder.embeddedKeyspace(tenant), keyspace: tenant }
    : { kind: location.kind, cluster: location.cluster, keyspace: tenant };
}

/**
 * How to look into a tenant's keyspace, whether or not the control plane is up. Secrets of an external cluster are read anew,
 * by the references that its control plane had.
 * @returns undefined when the tenant has none yet
 * @throws PlatformError SECRET_MISSING, TLS_FILE_UNUSABLE, CREDENTIALS_UNREADABLE
 */
export async function readingAccess(folder: PlatformFolder, tenant: string): Promise<CoreDmsAccess | undefined> {
  const location = await readCoreDmsLocation(folder);
  const target = targetAt(folder, location, tenant);
  if (location.kind === 'embedded') return { target, secrets: noSecrets };
  const known = (await new TenantLoginsFile(folder, location.kind).read())[tenant];
  if (!known) return undefined;
  const login = keptLogin(known);
  if (location.kind === 'cassandra') return { target, secrets: { login, tls: null } };
  const places = { root: folder.root, env: process.env };
  return { target, secrets: await tenantSecrets(location.access, tenant, login, places) };
}
