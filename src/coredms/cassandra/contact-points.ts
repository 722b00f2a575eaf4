import { lookup } from 'node:dns/promises';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { endpointText, parseEndpoint } from '../../runtimes/runtime-settings.ts';

const defaultPort = 9042;

/** Contact points as the driver is given them: by address, so that it is known which names a node was written under. */
export interface ContactPoints {
  /** `address:port`; what has no address now stays as it is written, for the driver to tell of. */
  points: string[];
  /** Where other nodes listen, of which the cluster tells the address only: that of the first contact point. */
  port: number;
  /** `address:port` by address. */
  places: Record<string, string>;
  /** The hosts as they are written, by address. */
  names: ReadonlyMap<string, readonly string[]>;
}

/** @param written `host:port` */
export async function contactPointsOf(written: readonly string[]): Promise<ContactPoints> {
  const endpoints = written.flatMap((text) => parseEndpoint(text, defaultPort) ?? []);
  const found = await Promise.all(endpoints.map(({ host }) => lookup(host, { all: true }).catch(() => [])));
  const points = new Set<string>();
  const places: Record<string, string> = {};
  const names = new Map<string, string[]>();
  for (const [index, endpoint] of endpoints.entries()) {
    const addresses = found[index] ?? [];
    if (addresses.length === 0) points.add(endpointText(endpoint));
    for (const { address } of addresses) {
      const at = endpointText({ host: address, port: endpoint.port });
      points.add(at);
      // The driver itself writes no brackets.
      places[address] ??= `${address}:${endpoint.port}`;
      names.set(address, [...(names.get(address) ?? []), endpoint.host]);
    }
  }
  return { points: [...points], port: endpoints[0]?.port ?? defaultPort, places, names };
}

/**
 * For `tls.connect`: the certificate of a node has to be of its address, or of a contact point that leads to that address. So
 * nodes that the cluster tells of are checked as well, and none passes with the certificate of another.
 */
export function identityCheck({ names }: Pick<ContactPoints, 'names'>) {
  return {
    checkServerIdentity: (address: string, certificate: PeerCertificate): Error | undefined => {
      const faults = [...(names.get(address) ?? []), address].map((host) => checkServerIdentity(host, certificate));
      return faults.includes(undefined) ? undefined : faults[0];
    },
  };
}
