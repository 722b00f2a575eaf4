import { createHash } from 'node:crypto';

// Names of a tenant's things in Cassandra. A keyspace or table takes 48 characters of [A-Za-z0-9_]; columns take anything.

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

/** What the table is called in Cassandra; another name where it cannot be called so. */
export function physicalTable(table: string): string {
  if (/^[a-z0-9_]{1,48}$/i.test(table) && !table.startsWith('_')) return table;
  return `_${createHash('sha256').update(table).digest('hex').slice(0, 40)}`;
}
