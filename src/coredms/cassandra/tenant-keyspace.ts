import type { Client } from 'cassandra-driver';
import { within } from '../../foundation/deadlines.ts';
import type { CassandraCluster, ClusterSecrets, Login } from '../../protocol/jobs.ts';
import * as names from '../../runtimes/cassandra-names.ts';
import { keyspaceName, literal, quoted, runPermissions } from '../../runtimes/cassandra-names.ts';
import { keyspaceNotFound, provisionForbidden } from '../core-dms-errors.ts';
import { cassandraFault, placeOf, troubleOf, wordsOf } from './cassandra-faults.ts';
import { clientOf } from './connect-client.ts';
import { TableCatalog } from './table-catalog.ts';

/** Changes of the schema wait for every node to know them. Milliseconds. */
const changeMs = 60_000;

/**
 * Makes the tenant's keyspace, and its role, as a user who may make both; can be done again after it was cut off anywhere. Who
 * makes something in Cassandra may do everything with it, so that user needs to be no superuser.
 * @param login of the role to be; null: nobody logs in to this cluster
 * @param made whether both were made before: where they still are, they are left as they are, also with fewer permissions
 * @throws PlatformError COREDMS_AWAY, COREDMS_LOGIN_REFUSED, COREDMS_FORBIDDEN, COREDMS_UNTRUSTED of that user
 */
export async function ensureTenantKeyspace(
  cluster: CassandraCluster,
  maker: ClusterSecrets,
  tenant: string,
  login: Login | null,
  made: boolean,
): Promise<void> {
  const keyspace = keyspaceName(tenant);
  await connected(cluster, maker, tenant, `making keyspace ${keyspace}`, async (client) => {
    const { user, change, knowsLogins, hasRole, hasKeyspace, knowsPermissions } = asMaker(client, maker);
    const role = login && (await knowsLogins()) ? login : null;
    if (made && (await hasKeyspace(keyspace)) && (!role || (await hasRole(role.user)))) return;
    await change(
      names.createKeyspace(keyspace, cluster.localDataCenter, cluster.replication),
      `GRANT CREATE ON ALL KEYSPACES TO ${user};`,
    );
    if (!role) return;
    const name = quoted(role.user);
    const password = `WITH PASSWORD = ${literal(role.password)} AND LOGIN = true`;
    await change(`CREATE ROLE IF NOT EXISTS ${name} ${password}`, `GRANT CREATE ON ALL ROLES TO ${user};`);
    // One of an earlier platform has another password.
    await change(`ALTER ROLE ${name} ${password}`, `GRANT ALTER ON ROLE ${name} TO ${user};`);
    if (!(await knowsPermissions())) return;
    const all = `GRANT ALL PERMISSIONS ON KEYSPACE ${quoted(keyspace)} TO ${user};`;
    for (const permission of runPermissions) await change(names.grant(permission, keyspace, role.user), all);
    // So that the writer knows what the server takes as one batch; a user who is no superuser may not give that away.
    await change(`GRANT SELECT ON TABLE system_views.settings TO ${name}`).catch((error: unknown) => {
      if (troubleOf(error) === 'away') throw error;
    });
  });
}

/** Removes the tenant's keyspace with all rows, and its role, as who has made them; what is not there is no error. */
export async function dropTenantKeyspace(
  cluster: CassandraCluster,
  maker: ClusterSecrets,
  tenant: string,
  role: string | null,
): Promise<void> {
  const keyspace = keyspaceName(tenant);
  await connected(cluster, maker, tenant, `dropping keyspace ${keyspace}`, async (client) => {
    const { user, change, knowsLogins, hasRole, hasKeyspace } = asMaker(client, maker);
    // What is not there may only be dropped by superusers, IF EXISTS or not. First the role: nobody writes into what is going.
    if (role !== null && (await knowsLogins()) && (await hasRole(role)))
      await change(`DROP ROLE IF EXISTS ${quoted(role)}`, `GRANT DROP ON ROLE ${quoted(role)} TO ${user};`);
    if (await hasKeyspace(keyspace))
      await change(
        `DROP KEYSPACE IF EXISTS ${quoted(keyspace)}`,
        `GRANT DROP ON KEYSPACE ${quoted(keyspace)} TO ${user};`,
      );
  });
}

/**
 * Looks whether the keyspace that an administrator has made lets its tenant in.
 * @throws PlatformError KEYSPACE_NOT_FOUND, COREDMS_AWAY, COREDMS_LOGIN_REFUSED, COREDMS_UNTRUSTED
 */
export async function findTenantKeyspace(
  cluster: CassandraCluster,
  secrets: ClusterSecrets,
  tenant: string,
): Promise<void> {
  const keyspace = keyspaceName(tenant);
  await connected(cluster, secrets, tenant, `looking for keyspace ${keyspace}`, async (client) => {
    if (await asMaker(client, secrets).hasKeyspace(keyspace)) return;
    throw keyspaceNotFound(keyspace, names.createKeyspace(keyspace, cluster.localDataCenter, cluster.replication));
  });
}

/** Drops the tables that the platform has made in the tenant's keyspace, which stays, as who has made them. */
export async function dropTenantTables(
  cluster: CassandraCluster,
  secrets: ClusterSecrets,
  tenant: string,
): Promise<void> {
  const keyspace = keyspaceName(tenant);
  await connected(cluster, secrets, tenant, `dropping the tables of ${tenant}`, async (client) => {
    const { user, change } = asMaker(client, secrets);
    for (const table of await new TableCatalog(client, keyspace).made())
      await change(`DROP TABLE IF EXISTS ${table}`, `GRANT DROP ON ${table} TO ${user};`);
  });
}

/** What a user finds, and changes. */
function asMaker(client: Client, { login }: ClusterSecrets) {
  const execute = (cql: string) => client.execute(cql, [], { prepare: false, readTimeout: changeMs });
  const user = login ? quoted(login.user) : '<its user>';
  /** What the server says to a question: whether it answers, or why not. */
  const answer = async (cql: string) => {
    try {
      await execute(cql);
      return 'answered';
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === 'forbidden' || trouble === 'refused') return trouble;
      throw error;
    }
  };
  return {
    /** In CQL. */
    user,
    /** @param needed the statement that would permit it */
    change: async (cql: string, needed?: string) => {
      try {
        await execute(cql);
      } catch (error) {
        if (needed === undefined || troubleOf(error) !== 'forbidden') throw error;
        throw provisionForbidden(login?.user ?? 'us', wordsOf(error), needed, error);
      }
    },
    /** Everybody who is logged in may ask for their own roles. */
    knowsLogins: async () => login !== null && (await answer(`LIST ROLES OF ${user}`)) === 'answered',
    /** Whose roles may not be listed is there all the same. */
    hasRole: async (role: string) => (await answer(`LIST ROLES OF ${quoted(role)}`)) !== 'refused',
    hasKeyspace: async (keyspace: string) => {
      const found = 'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?';
      return (await client.execute(found, [keyspace])).rowLength === 1;
    },
    /** False: the cluster has no authorizer, and nothing can be granted. */
    knowsPermissions: async () => (await answer(`LIST ALL PERMISSIONS OF ${user}`)) === 'answered',
  };
}

async function connected(
  cluster: CassandraCluster,
  secrets: ClusterSecrets,
  tenant: string,
  what: string,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = await clientOf(cluster, secrets);
  try {
    await within(
      changeMs,
      what,
      client.connect().then(() => work(client)),
    );
  } catch (error) {
    throw cassandraFault(error, placeOf(cluster, tenant, secrets.login));
  } finally {
    await client.shutdown().catch(() => undefined);
  }
}
