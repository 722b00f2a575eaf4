// Names of a tenant's things in Cassandra, and the statements by which an administrator makes them.

/** A CQL identifier, whatever the name contains. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a CQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The keyspace of a tenant. Those that begin with `system` are Cassandra's own; a tenant's name never begins with `_`. */
export function keyspaceName(tenant: string): string {
  return tenant.startsWith('system') ? `_${tenant}` : tenant;
}

/** What runs do in a tenant's keyspace: make and widen its tables, write and read rows. Not: drop, or let others in. */
export const runPermissions = ['CREATE', 'ALTER', 'SELECT', 'MODIFY'] as const;

/** Copies of every row of a new keyspace, in a data center of so many nodes. */
export function replicasOf(nodes: number): number {
  return Math.min(3, nodes);
}

/** @param copies of every row, in the data center */
export function createKeyspace(keyspace: string, dataCenter: string, copies: number): string {
  const replication = `{'class': 'NetworkTopologyStrategy', ${literal(dataCenter)}: ${copies}}`;
  return `CREATE KEYSPACE IF NOT EXISTS ${quoted(keyspace)} WITH replication = ${replication};`;
}

/** With a place for the password, which is nobody's to show. */
export function createRole(role: string): string {
  return `CREATE ROLE IF NOT EXISTS ${quoted(role)} WITH LOGIN = true AND PASSWORD = '<its password>';`;
}

export function grant(permission: string, keyspace: string, role: string): string {
  return `GRANT ${permission} ON KEYSPACE ${quoted(keyspace)} TO ${quoted(role)};`;
}
