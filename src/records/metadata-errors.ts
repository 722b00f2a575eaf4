import { PlatformError, messageOf } from '../foundation/errors.ts';

// Made here and not beside the SQL, so that the event loop's side can use them without loading SQLite.

export function platformOwned(): PlatformError {
  return new PlatformError({
    code: 'PLATFORM_OWNED',
    message: 'another control plane owns this platform folder',
    hint: 'see it with `mysimbdp status`; end it with `mysimbdp down`',
    kind: 'conflict',
  });
}

function metadataCorrupt(file: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'METADATA_CORRUPT',
    message: `${file} is damaged or is not a metadata store: ${messageOf(cause)}`,
    hint: 'put a backup of it in its place, or move it away: the platform then begins with an empty log and ledger',
    kind: 'usage',
    cause,
  });
}

export function metadataNewer(file: string, version: number, known: number): PlatformError {
  return new PlatformError({
    code: 'METADATA_NEWER',
    message: `${file} was written by a newer mysimbdp (its version is ${version}, this one reads up to ${known})`,
    hint: 'update mysimbdp, or use the version that wrote it',
    kind: 'usage',
  });
}

function metadataBusy(file: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'METADATA_BUSY',
    message: `${file} stayed locked by another process`,
    hint: 'end the other program that has the file open, then try again',
    kind: 'conflict',
    cause,
  });
}

function metadataUnavailable(file: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'METADATA_UNAVAILABLE',
    message: `${file} could not be read or written: ${messageOf(cause)}`,
    hint: 'check the free space of the disk and the permissions of the folder',
    kind: 'unreachable',
    cause,
  });
}

function metadataFull(file: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'METADATA_FULL',
    message: `${file} has no room for more: the disk is full`,
    hint: 'free space on that disk; what could not be recorded is then tried again',
    cause,
  });
}

export function unknownTimeZone(timeZone: string): PlatformError {
  return new PlatformError({
    code: 'UNKNOWN_TIME_ZONE',
    message: `"${timeZone}" is not a time zone`,
    hint: 'write an IANA name like Europe/Helsinki, or UTC',
    kind: 'usage',
  });
}

/** Result codes of SQLite: https://sqlite.org/rescode.html */
const sqlite = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

/** SQLite's primary result code of a thrown error, or undefined when it did not come from SQLite. */
function sqliteCode(thrown: unknown): number | undefined {
  const code = (thrown as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(thrown: unknown): boolean {
  return sqliteCode(thrown) === sqlite.busy;
}

/** What SQLite threw while it worked on `file`, in words that help; anything else as it is. */
export function metadataFailure(file: string, thrown: unknown): unknown {
  switch (sqliteCode(thrown)) {
    case sqlite.corrupt:
    case sqlite.notADatabase:
      return metadataCorrupt(file, thrown);
    case sqlite.busy:
    case sqlite.locked:
      return metadataBusy(file, thrown);
    case sqlite.full:
      return metadataFull(file, thrown);
    case sqlite.readonly:
    case sqlite.ioError:
    case sqlite.cannotOpen:
      return metadataUnavailable(file, thrown);
    default:
      return thrown;
  }
}
