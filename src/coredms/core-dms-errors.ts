import { PlatformError } from '../foundation/errors.ts';
import { didYouMean } from '../foundation/suggestions.ts';

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

/** @param said the server's words, which name the permission that is missing */
export function coreDmsForbidden(keyspace: string, said: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_FORBIDDEN',
    message: `CoreDms does not let the tenant's role work in keyspace ${keyspace}: ${said}`,
    hint: `Somebody has taken a permission away: grant CREATE, ALTER, SELECT and MODIFY on keyspace ${keyspace} to the role again. A keyspace that was dropped is made anew with the next attempt.`,
    kind: 'forbidden',
    cause,
  });
}

export function coreDmsLoginRefused(user: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'COREDMS_LOGIN_REFUSED',
    message: `CoreDms does not let ${user} in: the role is gone, or its password is another one`,
    hint: 'Somebody has changed the role. Drop it: the platform makes it anew with the next attempt.',
    kind: 'forbidden',
    cause,
  });
}
