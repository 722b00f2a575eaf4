import type { CassandraCluster, ClusterSecrets, Login } from '../protocol/jobs.ts';

// Keyspaces and roles of tenants in a cluster, for who provides them. Cassandra's driver is loaded with the first use.

/** The role that the platform makes for a tenant; no name of a tenant has two underscores in a row, so it is nobody else's. */
export function tenantRole(tenant: string): string {
  return `tenant__${tenant}`;
}

/**
 * Makes a tenant's keyspace and role; can be done again.
 * @param login of the role; null: nobody logs in to this cluster
 * @param made whether they were made before
 * @throws PlatformError COREDMS_AWAY, COREDMS_LOGIN_REFUSED, COREDMS_FORBIDDEN, COREDMS_UNTRUSTED
 */
export async function ensureTenantKeyspace(
  cluster: CassandraCluster,
  maker: ClusterSecrets,
  tenant: string,
  login: Login | null,
  made: boolean,
): Promise<void> {
  const cassandra = await import('./cassandra/tenant-keyspace.ts');
  await cassandra.ensureTenantKeyspace(cluster, maker, tenant, login, made);
}

/** Removes both, with all rows; what is not there is no error. @param role null: there is none */
export async function dropTenantKeyspace(
  cluster: CassandraCluster,
  maker: ClusterSecrets,
  tenant: string,
  role: string | null,
): Promise<void> {
  const cassandra = await import('./cassandra/tenant-keyspace.ts');
  await cassandra.dropTenantKeyspace(cluster, maker, tenant, role);
}

/** Looks for a keyspace that an administrator has made. @throws PlatformError KEYSPACE_NOT_FOUND, COREDMS_… */
export async function findTenantKeyspace(
  cluster: CassandraCluster,
  secrets: ClusterSecrets,
  tenant: string,
): Promise<void> {
  const cassandra = await import('./cassandra/tenant-keyspace.ts');
  await cassandra.findTenantKeyspace(cluster, secrets, tenant);
}

/** Removes the tables that the platform has made there, and leaves the keyspace. @throws PlatformError COREDMS_… */
export async function dropTenantTables(
  cluster: CassandraCluster,
  secrets: ClusterSecrets,
  tenant: string,
): Promise<void> {
  const cassandra = await import('./cassandra/tenant-keyspace.ts');
  await cassandra.dropTenantTables(cluster, secrets, tenant);
}
