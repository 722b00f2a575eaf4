import { messageOf, PlatformError, systemCode } from '../../foundation/errors.ts';
import { coreDmsBusy, coreDmsFull, coreDmsUnavailable } from '../core-dms-errors.ts';

/** SQLite's primary result code of an error that it has thrown (https://sqlite.org/rescode.html), or undefined. */
function resultCode(thrown: unknown): number | undefined {
  const code = (thrown as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(thrown: unknown): boolean {
  const code = resultCode(thrown);
  return code === 5 || code === 6;
}

/** What was thrown, as the port's error where SQLite or the file system is the cause; otherwise as it is. */
export function storeFault(thrown: unknown, file: string): Error {
  if (thrown instanceof PlatformError) return thrown;
  if (isBusy(thrown)) return coreDmsBusy(file, thrown);
  const code = resultCode(thrown);
  if (code === 13 || systemCode(thrown) === 'ENOSPC') return coreDmsFull(file, thrown);
  // Permission, read-only, input/output, corrupt, cannot open, not a database.
  const unusable = code !== undefined && [3, 8, 10, 11, 14, 26].includes(code);
  if (unusable || (code === undefined && systemCode(thrown)?.startsWith('E') && !isProgramming(thrown))) {
    return coreDmsUnavailable(file, thrown, messageOf(thrown));
  }
  return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
}

/** Node's own argument errors have codes like ERR_INVALID_ARG_TYPE. */
function isProgramming(thrown: unknown): boolean {
  return systemCode(thrown)?.startsWith('ERR_') ?? false;
}
