import type { policies } from 'cassandra-driver';

/** Where programs of this machine reach nodes: address in the network of containers → `127.0.0.1:32768`. */
export type PublishedAddresses = Readonly<Record<string, string>>;

/** What a driver is given to reach all nodes of Cassandra. */
export interface CassandraPlaces {
  /** Endpoints on this machine. */
  contactPoints: string[];
  localDataCenter: string;
  /** For `addressTranslator`. */
  published: PublishedAddresses;
}

/**
 * For drivers of this machine: nodes tell each other's addresses in the network of containers, which nothing outside reaches
 * everywhere. An address that is not known stays as it is.
 */
export async function addressTranslator(
  published: PublishedAddresses,
): Promise<policies.addressResolution.AddressTranslator> {
  const driver = await import('cassandra-driver');
  // The driver takes only what is made of its own class, which its types do not show as one.
  return Object.assign(driver.policies.defaultAddressTranslator(), {
    translate(address: string, port: number, callback: (endpoint: string) => void): void {
      callback(published[address] ?? `${address}:${port}`);
    },
  });
}
