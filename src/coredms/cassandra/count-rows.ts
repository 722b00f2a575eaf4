import type { Client } from 'cassandra-driver';

const firstToken = -(2n ** 63n);
const lastToken = 2n ** 63n - 1n;
/** Enough that the rows of one range are counted well before a server's deadline, few enough for a table that is nearly empty. */
const ranges = 16n;
/** Ranges that are counted at a time. */
const atOnce = 2;
const rangeMs = 120_000;

/**
 * Rows of a table, exactly. Cassandra has to look at each of them; it does so range by range of its ring, for a count of a
 * large table as a whole takes longer than a request may.
 * @param key the columns of the partition key, in CQL
 * @param fetchSize how many rows Cassandra may look at in one go
 */
export async function countByRanges(client: Client, table: string, key: string, fetchSize: number): Promise<number> {
  const step = (lastToken - firstToken) / ranges + 1n;
  const select = `SELECT count(*) AS rows FROM ${table} WHERE token(${key}) > ? AND token(${key}) <= ?`;
  let total = 0;
  // No key has the smallest token.
  let next = firstToken;
  const countOn = async () => {
    while (next < lastToken) {
      const from = next;
      next = from + step < lastToken ? from + step : lastToken;
      const { rows } = await client.execute(select, [from, next], { readTimeout: rangeMs, fetchSize });
      total += Number(rows[0]?.get('rows'));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, countOn));
  return total;
}
