import type { Duplex } from 'node:stream';
import { exchange } from './exchange.ts';

// The first words of Kafka's protocol (kafka.apache.org/protocol): what can be asked before a login.

const apis = { fetch: 1, saslHandshake: 17, apiVersions: 18, createAcls: 30 };
const errors = { none: 0, unsupportedMechanism: 33, illegalSaslState: 34 };

export interface KafkaGreeting {
  /** The newest version that the broker speaks of each API, by key. */
  versions: ReadonlyMap<number, number>;
  /** How its listener lets log in, `SCRAM-SHA-512`; undefined: nobody logs in there. */
  mechanisms: readonly string[] | undefined;
}

/** Asks a broker for its versions and how to log in. @param mechanism what will be used, in capitals */
export async function greetKafka(socket: Duplex, mechanism: string, milliseconds: number): Promise<KafkaGreeting> {
  const ask = async <T>(api: number, bytes: Buffer, read: (body: Buffer) => T) =>
    (await exchange(socket, bytes, answer(api, read), milliseconds)).value;
  const versions = await ask(apis.apiVersions, request(apis.apiVersions, 0, ''), readVersions);
  const mechanisms = await ask(apis.saslHandshake, request(apis.saslHandshake, 1, mechanism), readMechanisms);
  return { versions, mechanisms };
}

/**
 * The release that a broker is at least of; the protocol does not tell it. Each version of Fetch came with one: see
 * FetchRequest.json in the sources of Kafka. Undefined: older than what has to be told apart.
 */
export function releaseOf({ versions }: KafkaGreeting): string | undefined {
  const fetch = versions.get(apis.fetch) ?? 0;
  return fetchReleases.find(([version]) => fetch >= version)?.[1];
}

const fetchReleases: readonly [fetch: number, release: string][] = [
  [17, '3.9'],
  [16, '3.7'],
  [15, '3.5'],
  [13, '3.1'],
  [12, '2.7'],
  [11, '2.3'],
  [8, '2.0'],
];

/** Whether access rules can be for all topics with a prefix, which tenants are kept apart by (Kafka 2.0). */
export function hasPrefixedAcls({ versions }: KafkaGreeting): boolean {
  return (versions.get(apis.createAcls) ?? 0) >= 1;
}

/** @param body a text, or nothing for an API that takes none */
function request(api: number, version: number, body: string): Buffer {
  const clientId = Buffer.from('mysimbdp-runtime');
  const text = Buffer.from(body);
  const bytes = Buffer.alloc(14 + clientId.length + (body === '' ? 0 : 2 + text.length));
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.writeInt16BE(api, 4);
  bytes.writeInt16BE(version, 6);
  bytes.writeInt32BE(api, 8); // the correlation id
  bytes.writeInt16BE(clientId.length, 12);
  clientId.copy(bytes, 14);
  if (body !== '') {
    bytes.writeInt16BE(text.length, 14 + clientId.length);
    text.copy(bytes, 16 + clientId.length);
  }
  return bytes;
}

/** Waits for a whole answer and takes off its length and correlation id. */
function answer<T>(api: number, read: (body: Buffer) => T): (said: Buffer) => { value: T } | undefined {
  return (said) => {
    if (said.length < 8) return undefined;
    const length = said.readInt32BE(0);
    if (length < 6 || said.readInt32BE(4) !== api) throw new Error('its answer is none of Kafka');
    if (said.length < 4 + length) return undefined;
    return { value: read(said.subarray(8, 4 + length)) };
  };
}

function readVersions(body: Buffer): Map<number, number> {
  const code = body.readInt16BE(0);
  if (code !== errors.none) throw new Error(`it answers with error ${code}`);
  const count = body.readInt32BE(2);
  return new Map(
    Array.from({ length: count }, (_, index) => [body.readInt16BE(6 + index * 6), body.readInt16BE(10 + index * 6)]),
  );
}

function readMechanisms(body: Buffer): string[] | undefined {
  const code = body.readInt16BE(0);
  if (code === errors.illegalSaslState) return undefined;
  if (code !== errors.none && code !== errors.unsupportedMechanism) throw new Error(`it answers with error ${code}`);
  const mechanisms: string[] = [];
  for (let at = 6, left = body.readInt32BE(2); left > 0; left--) {
    const length = body.readInt16BE(at);
    mechanisms.push(body.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return mechanisms;
}
