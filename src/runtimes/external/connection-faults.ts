import { messageOf, PlatformError } from '../../foundation/errors.ts';

// Every cause of "it does not connect" is told apart, each with its own way out.

/** Who was asked, for messages. */
export interface Asked {
  /** `cassandra` */
  service: string;
  /** `db1.example:9042` */
  at: string;
}

export function hostNotResolved({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'HOST_NOT_RESOLVED',
    message: `${service}: the host of ${at} has no address: ${messageOf(cause)}`,
    hint: 'Check the name in mysimbdp.yaml, the DNS of this machine, and whether a VPN has to be on.',
    kind: 'unreachable',
    cause,
  });
}

export function connectionRefused({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CONNECTION_REFUSED',
    message: `${service}: nobody listens at ${at}`,
    hint: 'Check the port in mysimbdp.yaml, and whether the server is up and listens on that address.',
    kind: 'unreachable',
    cause,
  });
}

export function connectionTimedOut({ service, at }: Asked, what: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CONNECTION_TIMED_OUT',
    message: `${service}: ${at} does not answer (${what})`,
    hint: 'A firewall or a security group may drop what is sent there, or the server is overloaded.',
    kind: 'unreachable',
    cause,
  });
}

export function connectionFailed({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CONNECTION_FAILED',
    message: `${service}: there is no connection to ${at}: ${messageOf(cause)}`,
    hint: 'Check the network between this machine and the server.',
    kind: 'unreachable',
    cause,
  });
}

export function serverCertificateUntrusted({ service, at }: Asked, issuer: string, why: string): PlatformError {
  return new PlatformError({
    code: 'SERVER_CERTIFICATE_UNTRUSTED',
    message: `${service}: the certificate of ${at} is not trusted (${why}); it was issued by ${issuer}`,
    hint: 'Name the PEM file of the authority that has issued it as tls.ca.',
    kind: 'unreachable',
  });
}

export function serverCertificateOfOther({ service, at }: Asked, names: string): PlatformError {
  return new PlatformError({
    code: 'SERVER_CERTIFICATE_WRONG_HOST',
    message: `${service}: the certificate of ${at} is not of that host, but of ${names}`,
    hint: 'Write one of these names in mysimbdp.yaml, or have the certificate issued for the name you use; tls.verifyHostname: false gives the check up.',
    kind: 'unreachable',
  });
}

export function serverCertificateExpired({ service, at }: Asked, validTo: string): PlatformError {
  return new PlatformError({
    code: 'SERVER_CERTIFICATE_EXPIRED',
    message: `${service}: the certificate of ${at} has expired on ${validTo}`,
    hint: 'Have it renewed by whoever runs the server; check the clock of this machine as well.',
    kind: 'unreachable',
  });
}

export function serverCertificateNotYetValid({ service, at }: Asked, validFrom: string): PlatformError {
  return new PlatformError({
    code: 'SERVER_CERTIFICATE_NOT_YET_VALID',
    message: `${service}: the certificate of ${at} is valid from ${validFrom} on only`,
    hint: 'Check the clock of this machine.',
    kind: 'unreachable',
  });
}

export function clientCertificateRequired({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CLIENT_CERTIFICATE_REQUIRED',
    message: `${service}: ${at} lets in only who shows a client certificate`,
    hint: 'Name the PEM files of yours as tls.certificate and tls.key.',
    kind: 'forbidden',
    cause,
  });
}

export function clientCertificateRefused({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CLIENT_CERTIFICATE_REFUSED',
    message: `${service}: ${at} does not take the client certificate: ${messageOf(cause)}`,
    hint: 'It has to be issued by an authority that the server trusts; ask whoever runs it which one that is.',
    kind: 'forbidden',
    cause,
  });
}

export function tlsRequired({ service, at }: Asked): PlatformError {
  return new PlatformError({
    code: 'TLS_REQUIRED',
    message: `${service}: ${at} speaks TLS only, and mysimbdp.yaml has no tls for it`,
    hint: 'Add tls: {} or, when its certificate is of an authority of your own, tls: { ca: path }.',
    kind: 'unreachable',
  });
}

export function tlsNotSpoken({ service, at }: Asked): PlatformError {
  return new PlatformError({
    code: 'TLS_NOT_SPOKEN',
    message: `${service}: ${at} speaks without TLS, and mysimbdp.yaml asks for it`,
    hint: 'Name the port with TLS, which often is another one; without tls in mysimbdp.yaml passwords and rows go over the network in clear.',
    kind: 'unreachable',
  });
}

export function tlsFailed({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'TLS_FAILED',
    message: `${service}: no TLS connection with ${at}: ${messageOf(cause)}`,
    hint: 'The log of the server says more; both sides need a version and ciphers in common (TLS 1.2 or 1.3), and some servers refuse a missing client certificate this way.',
    kind: 'unreachable',
    cause,
  });
}

export function notThatService({ service, at }: Asked, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'NOT_THAT_SERVICE',
    message: `${service}: what answers at ${at} does not speak its protocol: ${messageOf(cause)}`,
    hint: 'Check the port in mysimbdp.yaml: another program may have it.',
    kind: 'unreachable',
    cause,
  });
}

export function loginRequired({ service, at }: Asked, how: string): PlatformError {
  return new PlatformError({
    code: 'LOGIN_REQUIRED',
    message: `${service}: ${at} lets in only who logs in, and mysimbdp.yaml says of nobody`,
    hint: `Add ${how}.`,
    kind: 'forbidden',
  });
}

export function loginRefused({ service, at }: Asked, user: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'LOGIN_REFUSED',
    message: `${service}: ${at} does not let in ${user}: ${messageOf(cause)}`,
    hint: 'Check the user in mysimbdp.yaml and the password where its reference leads.',
    kind: 'forbidden',
    cause,
  });
}

export function saslMechanismUnsupported(
  { service, at }: Asked,
  wanted: string,
  known: readonly string[],
): PlatformError {
  const there = known.map((name) => name.toLowerCase()).join(', ');
  return new PlatformError({
    code: 'SASL_MECHANISM_UNSUPPORTED',
    message: `${service}: ${at} knows no login by ${wanted}; it knows ${there || 'none'}`,
    hint: 'Write a mechanism that both know as sasl.mechanism, or name the port of the listener that knows yours.',
    kind: 'forbidden',
  });
}

export function saslNotSpoken({ service, at }: Asked): PlatformError {
  return new PlatformError({
    code: 'SASL_NOT_SPOKEN',
    message: `${service}: nobody logs in at ${at}, and mysimbdp.yaml has sasl for it`,
    hint: 'Name the port of a listener with SASL, or leave sasl out.',
    kind: 'forbidden',
  });
}

export function dataCenterUnknown({ service, at }: Asked, wanted: string, known: readonly string[]): PlatformError {
  return new PlatformError({
    code: 'DATA_CENTER_UNKNOWN',
    message: `${service}: the cluster at ${at} has no data center "${wanted}"; it has ${known.join(', ')}`,
    hint: 'Write one of these as localDataCenter; upper and lower case count.',
    kind: 'usage',
  });
}

export function serverTooOld({ service, at }: Asked, version: string, wanted: string): PlatformError {
  return new PlatformError({
    code: 'SERVER_TOO_OLD',
    message: `${service}: ${at} is of version ${version}; at least ${wanted} is needed`,
    hint: 'Use a newer cluster.',
  });
}

/** A broker that the cluster names, at an address that is of no use here. */
export function brokerNotReachable({ service, at }: Asked, broker: string, cause: PlatformError): PlatformError {
  return new PlatformError({
    code: 'BROKER_NOT_REACHABLE',
    message: `${service}: ${at} sends its clients to ${broker}, which cannot be reached from here: ${cause.message}`,
    hint: 'Clients speak with every broker: its advertised.listeners has to hold a name and a port that work from this machine.',
    kind: 'unreachable',
    cause,
  });
}

/** What a server that has been logged in to refuses, or does not answer. */
export function questionFailed({ service, at }: Asked, question: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'QUESTION_FAILED',
    message: `${service}: ${at} did not answer ${question}: ${messageOf(cause)}`,
    hint: 'The log of the server says more.',
    kind: 'unreachable',
    cause,
  });
}
