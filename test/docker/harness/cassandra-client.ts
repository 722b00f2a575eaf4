import { Client } from 'cassandra-driver';
import type { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import type { Account } from '../../../src/runtimes/docker/credentials.ts';
import { addressTranslator } from '../../../src/runtimes/published-addresses.ts';
import { cassandraPlaces } from '../../../src/runtimes/start-services.ts';

/** A client of all nodes of a platform, connected; whoever has it shuts it down. */
export async function connectCassandra(folder: PlatformFolder, { user, password }: Account): Promise<Client> {
  const { contactPoints, localDataCenter, published } = await cassandraPlaces(folder, undefined);
  const client = new Client({
    contactPoints,
    localDataCenter,
    credentials: { username: user, password },
    policies: { addressResolution: await addressTranslator(published) },
  });
  await client.connect();
  return client;
}
