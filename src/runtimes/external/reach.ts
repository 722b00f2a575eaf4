import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type Certificate, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { deadlineExceeded, within } from '../../foundation/deadlines.ts';
import { messageOf, systemCode, type PlatformError } from '../../foundation/errors.ts';
import type { TlsMaterial } from '../../protocol/jobs.ts';
import { endpointText, type Endpoint } from '../runtime-settings.ts';
import * as faults from './connection-faults.ts';
import type { Asked } from './connection-faults.ts';
import { NoAnswer } from './exchange.ts';
import { inStep, type TellStep } from './steps.ts';
import { tlsOptions } from '../tls-files.ts';

/** How long each step may take, when nobody says otherwise. Milliseconds. */
const patience = 5000;

/** The first words with a server of some kind: they show that it is one. Throws NoAnswer, DEADLINE_EXCEEDED, socket errors. */
export type Greet<G> = (socket: Socket, milliseconds: number) => Promise<G>;

export interface Reached<G> {
  /** What the name came to, and the connection went to. */
  address: string;
  greeting: G;
}

/**
 * Goes step by step to a server: resolve, connect, TLS, first words. The clients of the services would tell most of what can be
 * wrong in one and the same way, or with a time-out.
 * @throws PlatformError of connection-faults.ts
 */
export async function reach<G>(
  service: string,
  endpoint: Endpoint,
  tls: TlsMaterial | undefined,
  greet: Greet<G>,
  tell: TellStep,
  stepMs = patience,
): Promise<Reached<G>> {
  const at = endpointText(endpoint);
  const asked: Asked = { service, at };
  const addresses = await inStep(
    tell,
    'resolve',
    at,
    () => resolve(endpoint, asked, stepMs),
    (found) => found.join(', '),
  );
  const { socket, address } = await inStep(
    tell,
    'connect',
    at,
    () => connectAny(addresses, endpoint.port, asked, stepMs),
    (found) => `to ${endpointText({ host: found.address, port: endpoint.port })}`,
  );
  const target = { host: address, port: endpoint.port };
  let open: Socket = socket;
  try {
    if (tls) {
      const secured = await inStep(
        tell,
        'tls',
        at,
        () => secure(socket, endpoint, tls, greet, asked, stepMs),
        (one) => `${one.getProtocol() ?? 'TLS'}, certificate of ${nameOf(one.getPeerCertificate(true).subject)}`,
      );
      open = secured;
    }
    const greeting = await inStep(
      tell,
      'protocol',
      at,
      () => greet(open, stepMs).catch((error: unknown) => greetingFault(error, target, tls, asked, stepMs)),
      () => `speaks that of ${service}`,
    );
    return { address, greeting };
  } finally {
    open.destroy();
    socket.destroy();
  }
}

/** Whether it is at an address, and somebody listens there: enough for what is spoken with later. @throws PlatformError */
export async function reachPort(service: string, endpoint: Endpoint): Promise<void> {
  const asked = { service, at: endpointText(endpoint) };
  const addresses = await resolve(endpoint, asked, patience);
  const { socket } = await connectAny(addresses, endpoint.port, asked, patience);
  socket.destroy();
}

async function resolve({ host }: Endpoint, asked: Asked, stepMs: number): Promise<string[]> {
  try {
    const found = await within(stepMs, 'the name service', lookup(host, { all: true }));
    return found.map(({ address }) => address);
  } catch (error) {
    throw faults.hostNotResolved(asked, error);
  }
}

/** The first address at which somebody listens: `localhost` may have two, of which a server has one. */
async function connectAny(
  addresses: readonly string[],
  port: number,
  asked: Asked,
  stepMs: number,
): Promise<{ socket: Socket; address: string }> {
  let first: unknown;
  for (const address of addresses) {
    try {
      return { socket: await opened(connectTcp({ host: address, port }), 'connect', stepMs), address };
    } catch (error) {
      first ??= error;
    }
  }
  throw connectFault(first, asked);
}

function connectFault(error: unknown, asked: Asked): PlatformError {
  if (systemCode(error) === 'ECONNREFUSED') return faults.connectionRefused(asked, error);
  if (isTimeout(error)) return faults.connectionTimedOut(asked, 'while connecting', error);
  return faults.connectionFailed(asked, error);
}

function isTimeout(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'DEADLINE_EXCEEDED' || code === 'ETIMEDOUT';
}

/** Waits until a socket is open; one that does not open is ended. */
function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', stepMs: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      clearTimeout(late);
      socket.off(event, open).off('error', failed).off('close', closed);
      work();
    };
    const open = () => settle(() => resolve(socket));
    const failed = (error: Error) =>
      settle(() => {
        socket.destroy();
        reject(error);
      });
    const closed = () => failed(new NoAnswer('the connection was closed', Buffer.alloc(0)));
    const late = setTimeout(() => failed(deadlineExceeded('the connection', stepMs)), stepMs);
    socket.on(event, open).on('error', failed).on('close', closed);
    // What comes behind the first error has nobody to hear it.
    socket.on('error', () => undefined);
  });
}

/** Whose certificate is expected. An address is no name for the extension SNI; where one is connected to, it is what counts. */
export function expectedServer({ host }: Endpoint): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

async function secure<G>(
  socket: Socket,
  endpoint: Endpoint,
  tls: TlsMaterial,
  greet: Greet<G>,
  asked: Asked,
  stepMs: number,
): Promise<TLSSocket> {
  const target = { host: socket.remoteAddress ?? endpoint.host, port: endpoint.port };
  let secured: TLSSocket;
  try {
    // Nothing is sent before the certificate has been judged below, which then can be told of.
    secured = await opened(
      connectTls({
        ...tlsOptions(tls),
        ...expectedServer(endpoint),
        host: endpoint.host,
        socket,
        rejectUnauthorized: false,
      }),
      'secureConnect',
      stepMs,
    );
  } catch (error) {
    if (isTimeout(error)) throw faults.connectionTimedOut(asked, 'during the TLS handshake', error);
    const alert = alertFault(error, tls, asked, false);
    if (alert) throw alert;
    throw (await speaksPlainly(target, greet, stepMs)) ? faults.tlsNotSpoken(asked) : faults.tlsFailed(asked, error);
  }
  if (!secured.authorized) {
    const fault = certificateFault(secured, asked);
    secured.destroy();
    throw fault;
  }
  return secured;
}

function certificateFault(socket: TLSSocket, asked: Asked): PlatformError {
  // Node declares an error here and gives its code.
  const code = String(socket.authorizationError);
  const chain = chainOf(socket.getPeerCertificate(true));
  const [own] = chain;
  switch (code) {
    case 'CERT_HAS_EXPIRED': {
      const expired = chain.find(({ valid_to }) => Date.parse(valid_to) < Date.now()) ?? own;
      return faults.serverCertificateExpired(asked, expired?.valid_to ?? 'an unknown day');
    }
    case 'CERT_NOT_YET_VALID': {
      const early = chain.find(({ valid_from }) => Date.parse(valid_from) > Date.now()) ?? own;
      return faults.serverCertificateNotYetValid(asked, early?.valid_from ?? 'a later day');
    }
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return faults.serverCertificateOfOther(asked, own?.subjectaltname ?? nameOf(own?.subject));
    default:
      return faults.serverCertificateUntrusted(asked, nameOf(own?.issuer), code);
  }
}

function chainOf(certificate: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  // A root is its own issuer.
  for (let one = certificate; !chain.includes(one); one = one.issuerCertificate) {
    if (Object.keys(one).length === 0) break;
    chain.push(one);
    if (!('issuerCertificate' in one)) break;
  }
  return chain;
}

function nameOf(names: Certificate | undefined): string {
  const name = names?.CN ?? names?.O ?? 'somebody without a name';
  return Array.isArray(name) ? name.join(', ') : name;
}

/** Alerts of a server that say something of the client's certificate (RFC 8446, section 6.2), as Node spells them. */
const aboutCertificate =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED)$/;

/** @param behind whether our side of the handshake is over: then the certificate is all that is left to complain of */
function alertFault(error: unknown, tls: TlsMaterial, asked: Asked, behind: boolean): PlatformError | undefined {
  const cause = error instanceof NoAnswer && error.cause !== undefined ? error.cause : error;
  const code = systemCode(cause) ?? '';
  // Cassandra calls a certificate that it does not trust an internal error.
  if (!aboutCertificate.test(code) && !(behind && tls.client && code.includes('_ALERT_'))) return undefined;
  return tls.client ? faults.clientCertificateRefused(asked, cause) : faults.clientCertificateRequired(asked, cause);
}

/** With TLS 1.3 a server judges the client's certificate when the client believes the handshake to be over. */
async function greetingFault(
  error: unknown,
  target: Endpoint,
  tls: TlsMaterial | undefined,
  asked: Asked,
  stepMs: number,
): Promise<never> {
  if (tls) {
    const alert = alertFault(error, tls, asked, true);
    if (alert) throw alert;
  } else if (await speaksTls(target, stepMs)) throw faults.tlsRequired(asked);
  if (isTimeout(error)) throw faults.connectionTimedOut(asked, 'its first words do not come', error);
  throw faults.notThatService(asked, error);
}

async function speaksPlainly<G>(target: Endpoint, greet: Greet<G>, stepMs: number): Promise<boolean> {
  const socket = connectTcp(target);
  try {
    await greet(await opened(socket, 'connect', stepMs), stepMs);
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Whether it answers a TLS greeting in TLS, be it with a refusal. */
async function speaksTls(target: Endpoint, stepMs: number): Promise<boolean> {
  const socket = connectTls({ ...target, rejectUnauthorized: false });
  try {
    await opened(socket, 'secureConnect', stepMs);
    return true;
  } catch (error) {
    return (systemCode(error) ?? '').includes('_ALERT_') || messageOf(error).includes(' alert ');
  } finally {
    socket.destroy();
  }
}
