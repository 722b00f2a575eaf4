import type { CassandraCluster, Login } from '../protocol/jobs.ts';

// Keyspaces and roles of tenants in a cluster, for its administrator. Cassandra's driver is loaded with the first use.

/** The role of a tenant; no name of a tenant has two underscores in a row, so it is nobody else's. */
export function tenantRole(tenant: string): string {
  return `tenant__${tenant}`;
}

/**
 * Makes a tenant's keyspace and role; can be done again. @param made whether they were made before. COREDMS_AWAY,
 * COREDMS_LOGIN_REFUSED, COREDMS_FORBIDDEN
 */
export async function ensureTenantKeyspace(
  cluster: CassandraCluster,
  admin: Login,
  tenant: string,
  login: Login,
  made: boolean,
): Promise<void> {
  const cassandra = await import('./cassandra/tenant-keyspace.ts');
  await cassandra.ensureTenantKeyspace(cluster, admin, tenant, login, made);
}

/** Removes both, with all rows; what is not there is no error. @param user the role */
export async function dropTenantKeyspace(
  cluster: CassandraCluster,
  admin: Login,
  tenant: string,
  user: string,
): Promise<void> {
  const cassandra = await import('./cassandra/tenant-keyspace.ts');
  await cassandra.dropTenantKeyspace(cluster, admin, tenant, user);
}
