import { errors, types } from 'cassandra-driver';
import { messageOf, PlatformError, systemCode } from '../../foundation/errors.ts';
import type { CassandraCluster, Login } from '../../protocol/jobs.ts';
import { keyspaceName } from '../../runtimes/cassandra-names.ts';
import { coreDmsAway, coreDmsForbidden, coreDmsLoginRefused, coreDmsUntrusted } from '../core-dms-errors.ts';

/**
 * What has to be done about an error of the driver:
 * - `away`: nobody can answer now, or too slowly; the same request may be answered later
 * - `failed`: the server tried and could not; later, or never for this row
 * - `refused`: the server would not have what was sent, now or later
 * - `forgotten`: the server does not know the prepared statement, and preparing it again has failed, as it does when the
 * table is gone
 * - `forbidden`, `login`: somebody has to change what the role may do
 * - `untrusted`: one side does not take the other's certificate
 * - `unknown`: not an error of the server or the way to it
 */
export type Trouble = 'away' | 'failed' | 'refused' | 'forgotten' | 'forbidden' | 'login' | 'untrusted' | 'unknown';

const codes = types.responseErrorCodes;
const troubleOfCode = new Map<number, Trouble>([
  [codes.serverError, 'failed'],
  [codes.writeFailure, 'failed'],
  [codes.readFailure, 'failed'],
  [codes.unavailableException, 'away'],
  [codes.overloaded, 'away'],
  [codes.isBootstrapping, 'away'],
  [codes.truncateError, 'away'],
  [codes.writeTimeout, 'away'],
  [codes.readTimeout, 'away'],
  [codes.syntaxError, 'refused'],
  [codes.invalid, 'refused'],
  [codes.configError, 'refused'],
  [codes.alreadyExists, 'refused'],
  [codes.protocolError, 'failed'],
  [codes.unauthorized, 'forbidden'],
  [codes.badCredentials, 'login'],
  [codes.unprepared, 'forgotten'],
]);

/** What a node says that holds whatever other nodes say. */
const tellingInner: ReadonlySet<Trouble> = new Set(['login', 'forbidden', 'forgotten', 'refused', 'untrusted']);

/** A server that is just starting cannot look up roles yet, and says so as if the login were wrong. */
const wrongLogin = /incorrect|not permitted to log in|requires authentication/i;
/** Codes of Node for a certificate that is not taken, here or by the server (which tells by an alert). */
const aboutCertificate = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_.*ALERT)/;

export function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof errors.ResponseError) {
    const trouble = troubleOfCode.get(thrown.code) ?? 'failed';
    return trouble === 'login' && !wrongLogin.test(thrown.message) ? 'away' : trouble;
  }
  if (thrown instanceof errors.AuthenticationError) return wrongLogin.test(thrown.message) ? 'login' : 'away';
  if (thrown instanceof errors.NoHostAvailableError) {
    const inner = innerErrors(thrown).map(troubleOf);
    return inner.find((trouble) => tellingInner.has(trouble)) ?? 'away';
  }
  const isMistake =
    thrown instanceof errors.ArgumentError ||
    thrown instanceof errors.NotSupportedError ||
    thrown instanceof errors.DriverInternalError;
  if (isMistake) return 'unknown';
  if (aboutCertificate.test(systemCode(thrown) ?? '')) return 'untrusted';
  // Of its own: sockets that closed, time that ran out, every connection busy.
  return thrown instanceof errors.DriverError || isSocketError(thrown) ? 'away' : 'unknown';
}

function isSocketError(thrown: unknown): boolean {
  return /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/.test(systemCode(thrown) ?? '');
}

/** The driver hides what hosts have said in an error of its own for all hosts. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof errors.NoHostAvailableError)) return messageOf(thrown);
  const said = innerErrors(thrown).map(messageOf);
  return said.length > 0 ? [...new Set(said)].join('; ') : 'no node is reached';
}

function innerErrors(thrown: errors.NoHostAvailableError): unknown[] {
  return Object.values((thrown.innerErrors ?? {}) as Record<string, unknown>).filter((inner) => inner !== null);
}

/** Which keyspace is worked in, where, and as whom: null where nobody logs in. */
export interface KeyspacePlace {
  where: string;
  keyspace: string;
  user: string | null;
}

export function placeOf({ contactPoints }: CassandraCluster, tenant: string, login: Login | null): KeyspacePlace {
  return { where: contactPoints.join(', '), keyspace: keyspaceName(tenant), user: login?.user ?? null };
}

/**
 * What was thrown, as the port's error where the cluster or the way to it is the cause; otherwise as it is.
 * @param seconds since anything was answered
 */
export function cassandraFault(thrown: unknown, { where, keyspace, user }: KeyspacePlace, seconds = 0): Error {
  if (thrown instanceof PlatformError) return thrown;
  switch (troubleOf(thrown)) {
    case 'away':
    case 'forgotten':
      return coreDmsAway(where, seconds, wordsOf(thrown), thrown);
    case 'forbidden':
      return coreDmsForbidden(keyspace, user, wordsOf(thrown), thrown);
    case 'login':
      return coreDmsLoginRefused(user, thrown);
    case 'untrusted':
      return coreDmsUntrusted(where, wordsOf(thrown), thrown);
    default:
      return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  }
}
