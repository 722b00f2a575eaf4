import { PlatformError } from '../foundation/errors.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { grant, runPermissions } from '../runtimes/cassandra-names.ts';

export function tableNotFound(table: string, tables: readonly string[]): PlatformError {
  const near = didYouMean(table, tables);
  const known = tables.length > 0 ? `The tables are: ${tables.join(', ')}.` : 'Nothing has been ingested yet.';
  return new PlatformError({
    code: 'TABLE_NOT_FOUND',
    message: `there is no table '${table}' in CoreDms`,
    hint: near === undefined ? known : `Did you mean ${near}? ${known}`,
    kind: 'not-found',
  });
}

/** @param differences each like `column a is int and would become text` */
export function tableChangeRefused(table: string, differences: readonly string[]): PlatformError {
  return new PlatformError({
    code: 'TABLE_CHANGE_REFUSED',
    message: `table '${table}' cannot change with rows in place: ${differences.join('; ')}`,
    hint: 'Put the profile back to what the table is, or give the table a new name.',
    kind: 'conflict',
  });
}

export function invalidTable(table: string, problem: string): PlatformError {
  return new PlatformError({ code: 'TABLE_INVALID', message: `table '${table}': ${problem}`, kind: 'usage' });
}

/** @param row its index in the chunk */
export function keyIsNull(table: string, column: string, row: number): PlatformError {
  return new PlatformError({
    code: 'KEY_IS_NULL',
    message: `row ${row} of a chunk for table '${table}' has no value in key column ${column}`,
    hint: 'Every row needs a value in each column of the primary key.',
  });
}

export function coreDmsUnavailable(where: string, cause: unknown, why: string): PlatformError {
  return new PlatformError({
    code: 'COREDMS_UNAVAILABLE',
    message: `CoreDms at ${where} cannot be used: ${why}`,
    hint: 'Check that it exists, that this user may read and write it, and that nothing else has changed it.',
    kind: 'unreachable',
    cause,
  });
}

export function coreDmsBusy(where: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_BUSY',
    message: `CoreDms at ${where} is held by another writer`,
    hint: 'Wait until the other run of this tenant has ended, then try again.',
    kind: 'unreachable',
    cause,
  });
}

export function coreDmsFull(where: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_FULL',
    message: `CoreDms at ${where} has no room for more rows: the disk is full`,
    hint: 'Free space on that disk: the run then goes on by itself behind what was acknowledged.',
    cause,
  });
}

/**
 * Somebody else has changed it under the platform; the next attempt sees it as it is now.
 * @param how it differs from the profile
 */
export function tableChanged(table: string, how: string): PlatformError {
  return new PlatformError({
    code: 'TABLE_CHANGED',
    message: `table '${table}' was changed by somebody else while rows were written: ${how}`,
    hint: 'The run is tried again by itself and adds columns that are missing; leave tables of the platform to the platform.',
    kind: 'conflict',
  });
}

/** With it are gone the rows of the run at hand that were acknowledged: it cannot go on as if they were there. */
export function tableGone(table: string): PlatformError {
  return new PlatformError({
    code: 'TABLE_GONE',
    message: `table '${table}' was dropped by somebody else while rows were written, with all that was in it`,
    hint: 'Put the file back into staging: the table is made anew. Rows of earlier files come back with them only.',
    kind: 'conflict',
  });
}

/** @param seconds since it last answered */
export function coreDmsAway(where: string, seconds: number, why: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_AWAY',
    message: `CoreDms at ${where} does not answer${seconds < 1 ? '' : ` (since ${Math.round(seconds)} s)`}: ${why}`,
    hint: 'See whether Cassandra runs and is reached from here; runs go on by themselves when it is back, behind what was acknowledged.',
    kind: 'unreachable',
    cause,
  });
}

/**
 * A permission is missing, or was taken away.
 * @param user null where nobody logs in
 * @param said the server's words, which name the permission
 */
export function coreDmsForbidden(keyspace: string, user: string | null, said: string, cause: unknown): PlatformError {
  const [, permission] = /has no (\w+) permission/.exec(said) ?? [];
  const statements = permission === undefined ? runPermissions : [permission];
  const mended = statements.map((one) => grant(one, keyspace, user ?? '<its role>')).join(' ');
  return new PlatformError({
    code: 'COREDMS_FORBIDDEN',
    message: `CoreDms does not let ${user ?? 'us'} work in keyspace ${keyspace}: ${said}`,
    hint: `An administrator of the cluster gives the permission: ${mended} A keyspace that was dropped comes back with the next attempt where the platform makes keyspaces.`,
    kind: 'forbidden',
    cause,
  });
}

/**
 * The platform's own user may not make or remove what a tenant has.
 * @param needed the statement that lets it
 */
export function provisionForbidden(user: string, said: string, needed: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_FORBIDDEN',
    message: `CoreDms does not let ${user} provide for a tenant: ${said}`,
    hint: `Hand this to an administrator of the cluster: ${needed}`,
    kind: 'forbidden',
    cause,
  });
}

/** @param user null: we come without a login @param mend what to do, where that is known better */
export function coreDmsLoginRefused(user: string | null, cause: unknown, mend?: string): PlatformError {
  return new PlatformError({
    code: 'COREDMS_LOGIN_REFUSED',
    message:
      user === null
        ? 'CoreDms lets in only who logs in, and nobody is named who does'
        : `CoreDms does not let ${user} in: the role is not there, or its password is another one`,
    hint:
      mend ??
      'Somebody has changed the role. Where the platform makes roles, drop it: it is made anew with the next attempt. Elsewhere an administrator gives it its password again.',
    kind: 'forbidden',
    cause,
  });
}

/** @param statement that makes it */
export function keyspaceNotFound(keyspace: string, statement: string): PlatformError {
  return new PlatformError({
    code: 'KEYSPACE_NOT_FOUND',
    message: `CoreDms has no keyspace ${keyspace}, and the platform does not make keyspaces there (provision: existing)`,
    hint: `Hand this to an administrator of the cluster: ${statement}`,
    kind: 'not-found',
  });
}

/** Of a cluster that others use too: what is there with the name of a tenant is theirs. */
export function keyspaceTaken(keyspace: string): PlatformError {
  return new PlatformError({
    code: 'KEYSPACE_TAKEN',
    message: `the cluster has a keyspace ${keyspace} already, which this platform has not made`,
    hint: 'Give the tenant another name; or, where the keyspace is meant for it, set provision: existing in mysimbdp.yaml.',
    kind: 'conflict',
  });
}

/** One side does not take the certificate of the other. @param said which, in the words of TLS */
export function coreDmsUntrusted(where: string, said: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_UNTRUSTED',
    message: `CoreDms at ${where}: the certificates of the two sides do not fit: ${said}`,
    hint: 'Check tls under runtime.external.cassandra: ca has to be of who signs the servers\' certificates, each of which has to name its host or address; certificate has to be of who the servers trust. "mysimbdp doctor" goes through it step by step.',
    kind: 'unreachable',
    cause,
  });
}
