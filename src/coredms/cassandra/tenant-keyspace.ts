import type { Client } from 'cassandra-driver';
import { within } from '../../foundation/deadlines.ts';
import type { CassandraCluster, Login } from '../../protocol/jobs.ts';
import { cassandraFault, troubleOf } from './cassandra-faults.ts';
import { clientOf } from './connect-client.ts';
import { keyspaceName, literal, quoted } from './identifiers.ts';

/** Changes of the schema wait for every node to know them. Milliseconds. */
const changeMs = 60_000;

/** What the tenant's role may do, and where: make and widen its tables, write and read rows. Not: drop, or let others in. */
const permissions = ['CREATE', 'ALTER', 'SELECT', 'MODIFY'];

/**
 * Makes the tenant's keyspace, and its role, as an administrator; can be done again after it was cut off anywhere.
 * @param login of the role to be
 * @param made whether both were made before: where they still are, they are left as they are, also with fewer permissions
 * @throws PlatformError COREDMS_AWAY, COREDMS_LOGIN_REFUSED, COREDMS_FORBIDDEN of the administrator
 */
export async function ensureTenantKeyspace(
  cluster: CassandraCluster,
  admin: Login,
  tenant: string,
  login: Login,
  made: boolean,
): Promise<void> {
  const keyspace = quoted(keyspaceName(tenant));
  const role = quoted(login.user);
  await asAdmin(cluster, admin, tenant, `making keyspace ${keyspace}`, async (change, client) => {
    if (made && (await isThere(client, keyspaceName(tenant), login.user))) return;
    const { localDataCenter, replication } = cluster;
    await change(
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication =
         {'class': 'NetworkTopologyStrategy', ${literal(localDataCenter)}: ${replication}}`,
    );
    await change(`CREATE ROLE IF NOT EXISTS ${role} WITH PASSWORD = ${literal(login.password)} AND LOGIN = true`);
    // One of an earlier platform has another password.
    await change(`ALTER ROLE ${role} WITH PASSWORD = ${literal(login.password)} AND LOGIN = true`);
    for (const permission of permissions) await change(`GRANT ${permission} ON KEYSPACE ${keyspace} TO ${role}`);
    // So that the writer knows what the server takes as one batch. Some clusters have no such table, or do not give it away.
    await change(`GRANT SELECT ON TABLE system_views.settings TO ${role}`).catch((error: unknown) => {
      if (troubleOf(error) === 'away') throw error;
    });
  });
}

/** Removes the tenant's keyspace with all rows, and its role, as an administrator; what is not there is no error. */
export async function dropTenantKeyspace(
  cluster: CassandraCluster,
  admin: Login,
  tenant: string,
  user: string,
): Promise<void> {
  const keyspace = quoted(keyspaceName(tenant));
  await asAdmin(cluster, admin, tenant, `dropping keyspace ${keyspace}`, async (change) => {
    // First the role: nobody writes into what is going.
    await change(`DROP ROLE IF EXISTS ${quoted(user)}`);
    await change(`DROP KEYSPACE IF EXISTS ${keyspace}`);
  });
}

async function isThere(client: Client, keyspace: string, role: string): Promise<boolean> {
  const found = await Promise.all([
    client.execute('SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?', [keyspace]),
    client.execute('SELECT role FROM system_auth.roles WHERE role = ?', [role]),
  ]);
  return found.every(({ rowLength }) => rowLength === 1);
}

async function asAdmin(
  cluster: CassandraCluster,
  admin: Login,
  tenant: string,
  what: string,
  work: (change: (cql: string) => Promise<void>, client: Client) => Promise<void>,
): Promise<void> {
  const client = await clientOf(cluster, admin);
  try {
    const changing = client.connect().then(() =>
      work(async (cql) => {
        await client.execute(cql, [], { prepare: false, readTimeout: changeMs });
      }, client),
    );
    await within(changeMs, what, changing);
  } catch (error) {
    const where = cluster.contactPoints.join(', ');
    throw cassandraFault(error, { where, keyspace: keyspaceName(tenant), user: admin.user });
  } finally {
    await client.shutdown().catch(() => undefined);
  }
}
