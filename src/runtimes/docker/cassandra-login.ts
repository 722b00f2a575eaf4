import type { Client } from 'cassandra-driver';
import { messageOf } from '../../foundation/errors.ts';
import { addressTranslator, type PublishedAddresses } from '../published-addresses.ts';
import { cassandraDatacenter } from './cassandra-service.ts';
import type { Account } from './credentials.ts';

/** The superuser that a new cluster has. */
const initial: Account = { user: 'cassandra', password: 'cassandra' };
const timeoutMs = 5000;
const dropInitial = `DROP ROLE IF EXISTS ${initial.user}`;

/** The place of a node among those of its cluster: 2 of 3. */
export interface NodePlace {
  node: number;
  nodes: number;
}

/**
 * Asks a node what it is, as the platform's superuser; in a new cluster that one is made first. A node that is alone then removes the
 * default one, whose password everybody knows; for nodes of a cluster `settleCassandra` does. Can be called again after it was cut
 * off anywhere.
 * @returns the release version, `5.0.5`
 */
export async function cassandraVersion(
  port: number,
  account: Account,
  { node, nodes }: NodePlace = { node: 1, nodes: 1 },
): Promise<string> {
  const ask = () =>
    asAt(port, account, async (client) => {
      const version = await releaseVersion(client);
      if (nodes === 1) await client.execute(dropInitial);
      return version;
    });
  try {
    return await ask();
  } catch (error) {
    // One of them makes it for all.
    if (!isWrongLogin(error) || node !== 1) throw error;
    await asAt(port, initial, async (client) => {
      await assertJoined(client, nodes);
      // Neither is from outside, and a role's password cannot be a parameter.
      await client.execute(
        `CREATE ROLE IF NOT EXISTS ${account.user} WITH PASSWORD = '${account.password}' AND SUPERUSER = true AND LOGIN = true`,
      );
    });
    return ask();
  }
}

/**
 * Has a cluster whose nodes are all up keep its roles and permissions on each of them, so that any one may be away, and removes the
 * default superuser. What is so already stays as it is.
 */
export async function settleCassandra(published: PublishedAddresses, account: Account): Promise<void> {
  const { types } = await import('cassandra-driver');
  const copies = Object.keys(published).length;
  await as(account, { contactPoints: Object.values(published), published }, async (client) => {
    const { rows } = await client.execute(
      "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'system_auth'",
    );
    const replication = rows[0]?.get('replication') as Record<string, string> | undefined;
    if (replication?.[cassandraDatacenter] !== String(copies)) {
      await client.execute(
        `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', '${cassandraDatacenter}': ${copies}}`,
      );
    }
    // What was written while there was one copy gets to the others as it is read from all: a repair without its tool.
    const tables = await client.execute(
      "SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'system_auth'",
    );
    for (const table of tables.rows) {
      const query = `SELECT * FROM system_auth.${String(table.get('table_name'))}`;
      let pageState: string | undefined;
      do {
        const options = { consistency: types.consistencies.all, ...(pageState !== undefined && { pageState }) };
        ({ pageState } = await client.execute(query, [], options));
      } while (pageState);
    }
    await client.execute(dropInitial);
  });
}

async function releaseVersion(client: Client): Promise<string> {
  const { rows } = await client.execute('SELECT release_version FROM system.local');
  return String(rows[0]?.get('release_version'));
}

/** A role that is made earlier belongs to a node that is not there yet, and nobody finds it. */
async function assertJoined(client: Client, nodes: number): Promise<void> {
  const joined = 1 + (await client.execute('SELECT peer FROM system.peers_v2')).rowLength;
  if (joined < nodes) throw new Error(`${joined} of ${nodes} nodes have joined`);
}

/** As a client of the one node behind a port: the addresses of the others are not reached from here. */
async function asAt<T>(port: number, account: Account, work: (client: Client) => Promise<T>): Promise<T> {
  const contactPoints = [`127.0.0.1:${port}`];
  return as(account, { contactPoints, only: contactPoints }, work);
}

interface Reach {
  contactPoints: string[];
  /** Endpoints that are used, of all that the driver hears of; undefined: all. */
  only?: string[];
  published?: PublishedAddresses;
}

async function as<T>(
  { user, password }: Account,
  { contactPoints, only, published = {} }: Reach,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { Client, policies } = await import('cassandra-driver');
  const roundRobin = new policies.loadBalancing.RoundRobinPolicy();
  const client = new Client({
    contactPoints,
    localDataCenter: cassandraDatacenter,
    credentials: { username: user, password },
    socketOptions: { connectTimeout: timeoutMs, readTimeout: timeoutMs },
    policies: {
      loadBalancing: only ? new policies.loadBalancing.AllowListPolicy(roundRobin, only) : roundRobin,
      addressResolution: await addressTranslator(published),
    },
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.shutdown().catch(() => undefined);
  }
}

function isWrongLogin(thrown: unknown): boolean {
  return /bad credentials|incorrect|authenticat/i.test(messagesIn(thrown));
}

/** The driver hides what a host has said in an error of its own for all hosts. */
function messagesIn(thrown: unknown): string {
  const inner = (thrown as { innerErrors?: Record<string, unknown> } | null)?.innerErrors ?? {};
  return [thrown, ...Object.values(inner)].map(messageOf).join('\n');
}
