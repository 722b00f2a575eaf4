import type { Duplex } from 'node:stream';
import { exchange } from './exchange.ts';

// The first words of the native protocol, version 4 (native_protocol_v4.spec): what can be asked before a login.

const version4 = 0x04;
const ofServer = 0x80;
const opcodes = { options: 0x05, supported: 0x06 };
const headerBytes = 9;

/** Asks what the server supports, which every Cassandra tells everybody. */
export function greetCassandra(socket: Duplex, milliseconds: number): Promise<'cassandra'> {
  const options = Buffer.from([version4, 0, 0, 1, opcodes.options, 0, 0, 0, 0]);
  return exchange(socket, options, readSupported, milliseconds);
}

function readSupported(said: Buffer): 'cassandra' | undefined {
  if (said.length === 0) return undefined;
  // A server that does not take this version says so in the frame of one that it takes.
  if ((said.readUInt8(0) & ofServer) === 0) throw new Error('its answer is no frame of CQL');
  if (said.length < headerBytes || said.length < headerBytes + said.readUInt32BE(5)) return undefined;
  if (said.readUInt8(4) !== opcodes.supported)
    throw new Error(
      `it answers with ${said
        .subarray(headerBytes)
        .toString('latin1')
        .replace(/[^ -~]+/g, ' ')
        .trim()}`,
    );
  return 'cassandra';
}
