import type { Client } from 'cassandra-driver';
import type { BatchLimits } from './row-batches.ts';

/** What Cassandra has when nobody has set it: batch_size_fail_threshold. */
const defaultFailBytes = 50 * 1024;
/** The server counts a little otherwise than this side can. */
const share = 0.8;
/** Larger batches gain nothing, and are more to do again when one fails. */
const mostBytes = 128 * 1024;
const mostRows = 128;

const units: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** What the server takes as one batch, where the role may read its settings; else what is the default. */
export async function readBatchLimits(client: Client): Promise<BatchLimits> {
  let bytes = defaultFailBytes;
  try {
    const { rows } = await client.execute(
      "SELECT value FROM system_views.settings WHERE name = 'batch_size_fail_threshold'",
    );
    const [, count, unit] = /^(\d+)([KMG]iB|B)$/.exec(String(rows[0]?.get('value'))) ?? [];
    if (count !== undefined && unit !== undefined) bytes = Number(count) * (units[unit] ?? 1);
  } catch {
    // The default holds; a batch that is too large all the same is sent row by row, and the next ones are smaller.
  }
  return { bytes: Math.min(bytes * share, mostBytes), rows: mostRows };
}
