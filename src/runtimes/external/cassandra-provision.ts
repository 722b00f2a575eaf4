import type { Provisioning } from '../runtime-settings.ts';
import { createKeyspace, createRole, grant, keyspaceName, quoted, runPermissions } from '../cassandra-names.ts';
import type { Provision } from './provision.ts';

/** The part of a row of the driver that is used. */
export interface Row {
  get(column: string): unknown;
}
export type Execute = (statement: string) => Promise<Row[]>;

export interface CassandraNeeds {
  /** Whom the platform logs in as; undefined: nobody logs in. */
  user: string | undefined;
  provision: Provisioning;
  /** Whether, with `existing`, each tenant comes in as a role of its name; else all do as the platform's user. */
  hasTenantRoles: boolean;
  /** Of a new keyspace. */
  replication: { dataCenter: string; replicas: number };
}

const allKeyspaces = '<all keyspaces>';
const allRoles = '<all roles>';

/**
 * Asks a cluster what is missing: for each tenant a keyspace and who may make tables and write there, or, where the platform
 * makes keyspaces and roles, the permission to. Changes nothing.
 */
export async function cassandraProvision(
  execute: Execute,
  needs: CassandraNeeds,
  tenants: readonly string[],
): Promise<Provision> {
  const { user, provision } = needs;
  const found: Provision = { missing: [], unseen: [], remarks: [] };
  const rights = user === undefined ? undefined : await rightsOf(execute, user);
  if (!rights) found.remarks.push('Nobody has to log in to this cluster: tenants are not kept apart in it.');
  else if (!rights.enforced) found.remarks.push('This cluster has no authorizer: every user may do everything.');
  if (provision === 'managed') {
    if (user !== undefined && rights) found.missing.push(...rightsToMake(user, rights));
    return found;
  }
  const keyspaces = new Set(
    (await execute('SELECT keyspace_name FROM system_schema.keyspaces')).map((row) => String(row.get('keyspace_name'))),
  );
  for (const tenant of tenants) {
    const keyspace = keyspaceName(tenant);
    const { dataCenter, replicas } = needs.replication;
    if (!keyspaces.has(keyspace)) found.missing.push(createKeyspace(keyspace, dataCenter, replicas));
  }
  if (user === undefined || !rights) return found;
  if (needs.hasTenantRoles) await lookAtRoles(execute, user, rights, tenants, found);
  else lookAtUser(user, rights, tenants, found);
  return found;
}

/** What a role may do, those that it is granted included. */
interface Rights {
  /** False: the cluster has no authorizer, and everybody may do everything. */
  enforced: boolean;
  may: (permission: string, ...resources: string[]) => boolean;
}

/** Undefined: the cluster knows no logins. Everybody may ask for what they may themselves. */
async function rightsOf(execute: Execute, role: string): Promise<Rights | undefined> {
  let superuser: boolean;
  try {
    superuser = (await execute(`LIST ROLES OF ${quoted(role)}`)).some((row) => row.get('super') === true);
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
  const granted = await permissionsOf(execute, role);
  const may = (permission: string, ...resources: string[]) =>
    superuser || !granted || resources.some((resource) => granted.has(`${permission} ${resource}`));
  return { enforced: granted !== undefined, may };
}

/** `SELECT <keyspace shop>`, …; undefined where there is no authorizer. */
async function permissionsOf(execute: Execute, role: string): Promise<Set<string> | undefined> {
  try {
    const rows = await execute(`LIST ALL PERMISSIONS OF ${quoted(role)}`);
    return new Set(rows.map((row) => `${String(row.get('permission'))} ${String(row.get('resource'))}`));
  } catch (error) {
    if (isUnsupported(error)) return undefined;
    throw error;
  }
}

/** Who makes something may do everything with it, so these are enough. */
function rightsToMake(user: string, { may }: Rights): string[] {
  return [
    ...(may('CREATE', allKeyspaces) ? [] : [`GRANT CREATE ON ALL KEYSPACES TO ${quoted(user)};`]),
    ...(may('CREATE', allRoles) ? [] : [`GRANT CREATE ON ALL ROLES TO ${quoted(user)};`]),
  ];
}

/** Runs of all tenants come in as the platform's user. */
function lookAtUser(user: string, rights: Rights, tenants: readonly string[], found: Provision): void {
  found.remarks.push(
    `Runs of all tenants log in as ${user}, so the cluster does not keep them apart; it does with a role for each tenant, and tenantPassword in mysimbdp.yaml.`,
  );
  for (const tenant of tenants.map(keyspaceName)) {
    for (const permission of runPermissions) {
      if (!rights.may(permission, `<keyspace ${tenant}>`, allKeyspaces))
        found.missing.push(grant(permission, tenant, user));
    }
  }
}

/** Runs come in as roles with the names of their tenants. */
async function lookAtRoles(
  execute: Execute,
  user: string,
  rights: Rights,
  tenants: readonly string[],
  found: Provision,
): Promise<void> {
  const seesRoles = rights.may('DESCRIBE', allRoles);
  if (!seesRoles && tenants.length > 0) {
    found.remarks.push(
      `Roles and their permissions cannot be looked at; they can with: GRANT DESCRIBE ON ALL ROLES TO ${quoted(user)};`,
    );
  }
  const roles = seesRoles
    ? new Set((await execute('LIST ROLES')).map((row) => String(row.get('role'))))
    : new Set<string>();
  for (const tenant of tenants) {
    const keyspace = keyspaceName(tenant);
    const { missing, unseen } = found;
    if (tenant === user)
      found.remarks.push(`The tenant ${tenant} would log in as the platform's own user: rename one.`);
    if (!roles.has(tenant)) (seesRoles ? missing : unseen).push(createRole(tenant));
    if (!rights.enforced) continue;
    const granted = roles.has(tenant) ? await permissionsOf(execute, tenant) : undefined;
    for (const permission of runPermissions) {
      if (granted?.has(`${permission} <keyspace ${keyspace}>`) || granted?.has(`${permission} ${allKeyspaces}`))
        continue;
      (seesRoles ? missing : unseen).push(grant(permission, keyspace, tenant));
    }
  }
}

/** Codes of errors in the native protocol. */
function isRefused(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === 0x2100;
}
function isUnsupported(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === 0x2200;
}
