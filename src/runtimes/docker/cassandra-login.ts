import type { Client } from 'cassandra-driver';
import { messageOf } from '../../foundation/errors.ts';
import { cassandraDatacenter } from './cassandra-service.ts';
import type { Account } from './credentials.ts';

/** The superuser that a new cluster has. */
const initial: Account = { user: 'cassandra', password: 'cassandra' };
const timeoutMs = 5000;

/**
 * Asks a node what it is, as the platform's superuser; in a new cluster that one is made first, and the default one, whose
 * password everybody knows, is removed. Can be called again after it was cut off anywhere.
 * @returns the release version, `5.0.5`
 */
export async function cassandraVersion(port: number, account: Account): Promise<string> {
  const ask = () =>
    as(port, account, async (client) => {
      const version = await releaseVersion(client);
      await client.execute(`DROP ROLE IF EXISTS ${initial.user}`);
      return version;
    });
  try {
    return await ask();
  } catch (error) {
    if (!isWrongLogin(error)) throw error;
    await as(port, initial, (client) =>
      // Neither is from outside, and a role's password cannot be a parameter.
      client.execute(
        `CREATE ROLE IF NOT EXISTS ${account.user} WITH PASSWORD = '${account.password}' AND SUPERUSER = true AND LOGIN = true`,
      ),
    );
    return ask();
  }
}

async function releaseVersion(client: Client): Promise<string> {
  const { rows } = await client.execute('SELECT release_version FROM system.local');
  return String(rows[0]?.get('release_version'));
}

async function as<T>(port: number, { user, password }: Account, work: (client: Client) => Promise<T>): Promise<T> {
  const { Client, policies } = await import('cassandra-driver');
  const client = new Client({
    contactPoints: [`127.0.0.1:${port}`],
    localDataCenter: cassandraDatacenter,
    credentials: { username: user, password },
    socketOptions: { connectTimeout: timeoutMs, readTimeout: timeoutMs },
    // Only the node behind the port: the addresses of the others are not reached from here.
    policies: {
      loadBalancing: new policies.loadBalancing.AllowListPolicy(new policies.loadBalancing.RoundRobinPolicy(), [
        `127.0.0.1:${port}`,
      ]),
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
